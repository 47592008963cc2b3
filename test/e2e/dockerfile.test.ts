/** What can be known of the image without building it. */
import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

const [dockerfile, ignore, ci, tiltfile] = await Promise.all(
  ['Dockerfile', '.dockerignore', '.ci/run', 'scripts/local/Tiltfile'].map((file) =>
    readFile(file, 'utf8'),
  ),
);

/** Instruction and arguments, continued lines as one, comments left out. */
const instructions = (dockerfile ?? '')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .flatMap((line) => {
    const [, name = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    return name === '' ? [] : [{ name, rest }];
  });

const of = (wanted: string): string[] =>
  instructions.flatMap(({ name, rest }) => (name === wanted ? [rest] : []));

const finalStage = instructions.slice(instructions.map(({ name }) => name).lastIndexOf('FROM'));
const ofFinal = (wanted: string): string[] =>
  finalStage.flatMap(({ name, rest }) => (name === wanted ? [rest] : []));

describe('the Dockerfile', () => {
  it('takes base images by a tag that says what they are, and the Node.js that the tests run on', () => {
    const [major] = /node@(\d+)/.exec(ci ?? '')?.slice(1) ?? [];
    const bases = of('ARG').filter((arg) => /^(BUILDER|RUNTIME)=/.test(arg));
    expect(bases).to.have.length(2);
    expect(bases[0]).to.match(new RegExp(`=node:${major}\\.\\d+\\.\\d+-`));
    expect(bases[1]).to.match(new RegExp(`/nodejs${major}-debian\\d+:nonroot$`));
    for (const from of of('FROM')) {
      expect(from).to.match(/^(\$\{(BUILDER|RUNTIME)\}|dependencies)( AS [a-z]+)?$/);
    }
    expect(dockerfile).to.not.include('latest');
  });

  it('runs the bundle and nothing else, as a user that is not root', () => {
    expect(ofFinal('USER')).to.deep.equal(['65532:65532']);
    expect(ofFinal('RUN')).to.deep.equal([]);
    expect(of('HEALTHCHECK')).to.deep.equal([]);
    expect(ofFinal('EXPOSE')).to.deep.equal(['6000 8080']);
    expect(
      ofFinal('COPY')
        .join(' ')
        .match(/[\w.-]+(?= )/g),
    ).to.include.members([...['LICENSE', 'LICENSES.txt', 'license-scaler.mjs']]);
    expect(JSON.parse(ofFinal('ENTRYPOINT')[0] ?? '')).to.deep.equal([
      '/nodejs/bin/node',
      '--disallow-code-generation-from-strings',
      '--disable-warning=DEP0169',
      '/app/license-scaler.mjs',
    ]);
  });

  it('copies what is there, and .dockerignore lets exactly that through', () => {
    const sources = of('COPY')
      .filter((copy) => !copy.includes('--from='))
      .flatMap((copy) =>
        copy
          .split(' ')
          .filter((word) => !word.startsWith('--'))
          .slice(0, -1),
      );
    for (const source of sources) expect(existsSync(source), source).to.equal(true);
    const [first, ...allowed] = (ignore ?? '').split('\n').filter((line) => /^[^#]/.test(line));
    expect(first).to.equal('*');
    expect(allowed).to.have.members([...new Set(sources)].map((source) => `!${source}`));
  });

  it('has the stage that the Tiltfile builds, with the folders that it brings up to date', () => {
    const [target = ''] = /target = '([a-z]+)'/.exec(tiltfile ?? '')?.slice(1) ?? [];
    expect(of('FROM')).to.include(`dependencies AS ${target}`);
    const copies = of('COPY').filter((copy) => copy.startsWith('--chown=65532:65532 '));
    const folders = [...(tiltfile ?? '').matchAll(/sync\(TOP \+ '\/(\w+)', '\/app\/(\w+)'\)/g)];
    expect(folders.map(([, from, to]) => `--chown=65532:65532 ${from} ${to}`)).to.have.members(
      copies,
    );
  });
});
