import { expect } from 'chai';
import { guessKedaVersion } from '../../src/core/keda-version.ts';

describe('guessKedaVersion', () => {
  it('knows the releases of KEDA by the grpc-go that they are built with', () => {
    const guesses = ['1.48.0', '1.71.1', '1.75.1', '1.77.0-dev', '1.81.1', '1.84.0'].map(
      (version) => guessKedaVersion(`grpc-go/${version}`),
    );
    expect(guesses).to.deep.equal([
      '2.8.0',
      '2.17',
      '2.18.0 to 2.18.1',
      '2.18.2 to 2.18.3',
      '2.20.0 to 2.20.2',
      '2.21',
    ]);
  });

  it('finds it behind what a program puts in front', () => {
    expect(guessKedaVersion('keda/2 grpc-go/1.78.0')).to.equal('2.19');
  });

  it('guesses nothing where nothing is known', () => {
    const agents = [undefined, '', 'grpc-node-js/1.14.7', 'grpc-go/9.9.9', 'grpc-go/1.7', 'x'];
    expect(agents.map(guessKedaVersion)).to.deep.equal(agents.map(() => undefined));
  });
});
