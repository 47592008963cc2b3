import { expect } from 'chai';
import { createPlaces } from '../../src/config/lines.ts';

const TEXT = `kind: A
data:
  x: |
    a: 1
    b: 2
  y: >-
    folded
---
- { a: 1,
    b: 2 }
`;

describe('createPlaces', () => {
  const places = createPlaces(TEXT);

  it('finds line and column in each document', () => {
    expect(places.of(['data', 'x'])).to.deep.equal({ line: 3, column: 3 });
    expect(places.of([0, 'b'], 1)).to.deep.equal({ line: 10, column: 5 });
    expect(places.of([0, 'c'], 1)).to.deep.equal({ line: 9, column: 3 });
    expect(places.of(['kind'], 1)).to.equal(undefined);
    expect(places.of(['kind'], 2)).to.equal(undefined);
  });

  it('finds where the text of a literal block begins, and of nothing else', () => {
    expect(places.ofBlock(['data', 'x'])).to.deep.equal({ line: 4, column: 5 });
    expect(places.ofBlock(['data', 'y'])).to.equal(undefined);
    expect(places.ofBlock(['kind'])).to.equal(undefined);
    expect(places.ofBlock(['data', 'x'], 1)).to.equal(undefined);
  });
});
