export { arconia } from './arconia.ts';
export { blob, emptyConfig, type Fixture, indexOf, json, manifestOf, publish } from './fixture.ts';
export { flux } from './flux.ts';
export { skillimage, skillimageCollection } from './skillimage.ts';
export { type SkillContent, skillOf } from './skills.ts';
export { skillsOci } from './skills-oci.ts';
export { gzipOf, tarOf } from './tar.ts';
export { toolhive } from './toolhive.ts';
