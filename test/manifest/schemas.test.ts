import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { prettyJson } from '../../src/core/index.ts';
import { jsonSchemas, schemas } from '../../src/manifest/index.ts';

const folder = join(import.meta.dirname, '..', '..', 'schemas');

describe('JSON Schemas', () => {
  const made = jsonSchemas();

  for (const [name, schema] of Object.entries(made)) {
    it(`schemas/${name}.schema.json is what its zod schema says (else: node tools/schemas.ts)`, () => {
      expect(readFileSync(join(folder, `${name}.schema.json`), 'utf8')).to.equal(prettyJson(schema));
    });
  }

  it('has one for every format and no other file', () => {
    const manifestSchemas = Object.keys(schemas).map((name) => `${name}.schema.json`);
    expect(readdirSync(folder)).to.include.members(manifestSchemas);
    expect(Object.keys(made)).to.have.members([
      'skill-md',
      'skill-yaml',
      'skill-toml',
      'skill-json',
      'config',
      'skill-manifest',
    ]);
  });

  it('is draft 2020-12 with a title', () => {
    for (const schema of Object.values(made)) {
      expect(schema.$schema).to.equal('https://json-schema.org/draft/2020-12/schema');
      expect(schema.title).to.be.a('string').that.is.not.empty;
    }
  });

  it("states agentskills.io's limits", () => {
    const { properties, required, additionalProperties } = made['skill-md'] as {
      properties: Record<string, { maxLength?: number; minLength?: number }>;
      required: string[];
      additionalProperties: boolean;
    };
    expect(required).to.deep.equal(['name', 'description']);
    expect(additionalProperties).to.equal(false);
    expect(properties.name).to.include({ minLength: 1, maxLength: 64 });
    expect(properties.description).to.include({ minLength: 1, maxLength: 1024 });
    expect(properties.compatibility).to.include({ minLength: 1, maxLength: 500 });
    expect(Object.keys(properties)).to.have.members([
      'name',
      'description',
      'license',
      'compatibility',
      'allowed-tools',
      'metadata',
    ]);
  });
});
