import { expect } from 'chai';
import { toJsonSchema } from '../../src/config/json-schema.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { showConfig } from '../../src/config/show.ts';
import { z } from 'zod';
import { load } from 'js-yaml';
import { LEAST, loadText } from './load-text.ts';

/** Every key there is. */
const WHOLE = `grpc:           { listen: '[::]:6000', tls: { certFile: /tls.crt, keyFile: /tls.key, clientCaFile: /ca.crt } }
http:           { listen: '[::]:8080', api: true, tokenFile: /side-port }
licenseService: { url: "http://licenses.default.svc.cluster.local:8080", mode: per-tenant, path: "/licenses/{tenantId}",
                  interval: 10s, absence: { proof: [{ status: 404, contentType: text/plain, body: Not found }], confirmFor: 5m },
                  statuses: { active: [frosty], inactive: [] }, requireEnd: true, ignoreKeys: [state], timeout: 3s, maxConcurrency: 16,
                  maxConnectionAge: 5m, proxy: "http://proxy:3128", maxBytes: 64MiB, bearerTokenFile: /token,
                  headers: {}, caFile: /ca.crt, certFile: /client.crt, keyFile: /client.key }
licenseFile:    { path: /etc/license-scaler/licenses/tenants.json }
overridesFile:  { path: /etc/license-scaler/overrides/overrides.yaml }
tenants:        { require: [tenantId] }
replicas:       { default: 2 }
hold:           { maxStaleness: 1h }
push:           { repeats: [2s, 10s] }
suspension:     { mode: scale, maxPerSecond: 50, burst: 200 }
reinstatement:  push+scale
kubernetes:     { kubeconfig: /kubeconfig }
shutdown:       { delay: 5s, deadline: 25s }
log:            { level: info, format: auto }
`;

describe('showConfig', () => {
  it('writes the configuration as it is written in a file', async () => {
    expect(load(showConfig(await loadText(WHOLE)))).to.deep.equal(load(WHOLE));
  });

  it('writes what can be loaded again, defaults included', async () => {
    const config = await loadText(
      `${LEAST}grpc: { listen: "[::]:0" }\nhold: { maxStaleness: 90m }\n`,
    );
    const shown = showConfig(config);
    expect(shown)
      .to.include("'[::]:0'")
      .and.to.include('maxStaleness: 90m')
      .and.to.include('- 10s');
    expect(await loadText(shown)).to.deep.equal(config);
  });

  it('hides the values of headers and shows the paths of secrets', async () => {
    const config = await loadText(
      'licenseService: { url: "http://l", bearerTokenFile: /token, headers: { X-Key: hunter2 } }',
    );
    expect(showConfig(config))
      .to.include("X-Key: '***'")
      .and.include('bearerTokenFile: /token')
      .and.not.include('hunter2');
    expect(config.licenseService?.headers).to.deep.equal({ 'X-Key': 'hunter2' });
  });
});

describe('the JSON Schema', () => {
  // zod can't read this keyword back.
  const readable = JSON.stringify(toJsonSchema(), (key, value: unknown) =>
    key === 'dependentRequired' ? undefined : value,
  );
  const schema = z.fromJSONSchema(JSON.parse(readable) as z.core.JSONSchema.JSONSchema);

  it('accepts every key, as it is written', () => {
    expect(schema.safeParse(load(WHOLE)).success).to.equal(true);
    expect(Object.keys(load(WHOLE) as object)).to.deep.equal(
      Object.keys(toJsonSchema().properties ?? {}),
    );
  });

  for (const text of [
    'grpc: { listen: 6000 }',
    'hold: { maxStaleness: "10" }',
    'hold: { maxStaleness: -1s }',
    'replicas: { default: 0 }',
    'push: { repeats: [1s, 2s, 3s, 4s, 5s, 6s] }',
    'log: { level: loud }',
    'log: { colour: true }',
    'licenseService: { url: "http://a:b@l" }',
    'licenseService: { mode: list }',
    'licenseService: { url: "http://l", headers: { X: "a\\nb" } }',
  ]) {
    it(`refuses ${text}`, () => {
      expect(schema.safeParse(load(LEAST)).success).to.equal(true);
      expect(schema.safeParse(load(`${LEAST}${text}`)).success).to.equal(false);
    });
  }

  it('is of draft 2020-12, demands a source, and refuses keys that are not known', () => {
    expect(toJsonSchema()).to.deep.include({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      additionalProperties: false,
      anyOf: [
        { required: ['licenseService'] },
        { required: ['licenseFile'] },
        { required: ['overridesFile'] },
      ],
    });
  });

  it('describes every key, says what is allowed, and gives the defaults', () => {
    for (const { path, description, allowed } of SETTINGS) {
      const at = path.reduce<z.core.JSONSchema.BaseSchema | undefined>(
        (inner, name) => inner?.properties?.[name] as z.core.JSONSchema.BaseSchema | undefined,
        toJsonSchema(),
      );
      expect(at?.description).to.equal(description).and.match(/\.$/);
      expect(allowed).to.not.equal('');
    }
    expect(toJsonSchema()).to.have.nested.property(
      'properties.licenseService.properties.interval.default',
      '10s',
    );
  });
});
