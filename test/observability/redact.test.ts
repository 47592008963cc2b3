import { expect } from 'chai';
import fc from 'fast-check';
import { redact } from '../../src/observability/redact.ts';

/** A line as pino writes it. */
function line(fields: Record<string, unknown>): string {
  return `${JSON.stringify(fields)}\n`;
}

describe('redact', () => {
  const SECRETS: Record<string, Record<string, unknown>> = {
    'a bearer token in a message': { msg: 'refused: Bearer s3cr3t-t0ken.abc' },
    'a JSON Web Token': { msg: 'got eyJhbGciOiJIUzI1NiJ9.eyJz3cr3tfQ.s3cr3t' },
    'a password in a URL': { msg: 'connect https://me:s3cr3t@licenses/x' },
    'a token in a query': { msg: 'GET /licenses?access_token=s3cr3t&page=2' },
    'a field by its name': { accessToken: 's3cr3t "quoted" \\', msg: 'x' },
    'a header by its name': { headers: { authorization: 's3cr3t', 'x-api-key': 's3cr3t' } },
    'a password in a field that is text': { password: 's3cr3t' },
  };
  for (const [title, fields] of Object.entries(SECRETS)) {
    it(`hides ${title}`, () => {
      const redacted = redact(line(fields));
      expect(redacted)
        .to.include('***')
        .and.not.match(/s3cr3t/);
      expect(JSON.parse(redacted)).to.have.all.keys(...Object.keys(fields));
    });
  }

  it('leaves everything else as it is, tenants and files of tokens included', () => {
    const plain = line({
      tenant: 'tenant-b',
      msg: 'license service http://licenses/licenses fails: HTTP 401, see bearerTokenFile',
      bearerTokenFile: '/etc/token/token',
      user: 'a@b.example',
    });
    expect(redact(plain)).to.equal(plain);
  });

  it('keeps JSON valid, whatever is in a line', () => {
    const pieces = [
      '"',
      '\\',
      ' ',
      ':',
      '/',
      '@',
      '=',
      '&',
      '.',
      'token',
      'Bearer ',
      'eyJ',
      'long-enough',
    ];
    const texts = fc.array(fc.constantFrom(...pieces)).map((parts) => parts.join(''));
    fc.assert(
      fc.property(texts, texts, (key, value) => {
        JSON.parse(redact(line({ [key]: value, token: value })));
      }),
    );
  });
});
