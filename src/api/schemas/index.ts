export * from './answers.ts';
export * from './requests.ts';
export * from './skill.ts';
