import { expect } from 'chai';
import { Attention } from '../../src/files/attention.ts';

function attend(): { attention: Attention; doubts: boolean[]; noticed: string[] } {
  const noticed: string[] = [];
  const attention = new Attention((problem) => noticed.push(problem));
  const doubts: boolean[] = [];
  attention.isDoubtful$.subscribe((isDoubtful) => doubts.push(isDoubtful));
  return { attention, doubts, noticed };
}

/** The looks at the beginning: the first, and the one that the watch sets off once it is in place. */
function begin(attention: Attention): void {
  attention.looked(false);
  attention.told();
  attention.looked(false);
  attention.looked(false);
}

function systemError(code: string, message: string): Error {
  return Object.assign(new Error(`${code}: ${message}, watch '/etc/overrides'`), { code });
}

describe('Attention', () => {
  it('doubts nothing while changes are told before they are found', () => {
    const { attention, doubts, noticed } = attend();
    begin(attention);
    for (let change = 0; change < 3; change++) {
      attention.told();
      attention.looked(true);
      attention.looked(false);
    }
    expect(doubts).to.deep.equal([false]);
    expect(noticed).to.deep.equal([]);
  });

  it('does not blame the system for a change that is told while a look is under way', () => {
    const { attention, doubts } = attend();
    begin(attention);
    attention.told();
    attention.looked(false);
    attention.looked(true);
    expect(doubts).to.deep.equal([false]);
  });

  it('looks more often after a change that was not told, until it is told after all', () => {
    const { attention, doubts, noticed } = attend();
    begin(attention);
    attention.looked(true);
    attention.told();
    attention.looked(false);
    attention.looked(false);
    expect(doubts).to.deep.equal([false, true, false]);
    expect(noticed).to.deep.equal([]);
  });

  it('says once that changes are not told, and looks more often from then on', () => {
    const { attention, doubts, noticed } = attend();
    begin(attention);
    for (let change = 0; change < 3; change++) {
      attention.looked(true);
      attention.looked(false);
      attention.told();
    }
    expect(doubts).to.deep.equal([false, true]);
    expect(noticed).to.deep.equal([
      'it changed and the system did not tell: it is on a network file system, or a link leads to it',
    ]);
  });

  for (const [code, message, expected] of [
    [
      'ENOSPC',
      'System limit for number of file watchers reached',
      "the system can't watch it (ENOSPC: System limit for number of file watchers reached): raise fs.inotify.max_user_watches of the node",
    ],
    [
      'EMFILE',
      'too many open files',
      "the system can't watch it (EMFILE: too many open files): raise fs.inotify.max_user_instances of the node, or the limit of open files",
    ],
    ['EACCES', 'permission denied', "the system can't watch it (EACCES: permission denied)"],
  ] as const) {
    it(`says once that the system can't watch by ${code}, and looks more often until it can`, () => {
      const { attention, doubts, noticed } = attend();
      for (let attempt = 0; attempt < 5; attempt++) {
        attention.failed(systemError(code, message));
        attention.looked(true);
      }
      expect(noticed).to.deep.equal([expected]);
      attention.told();
      attention.looked(false);
      expect(doubts).to.deep.equal([false, true, false]);
    });
  }
});
