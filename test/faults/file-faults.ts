/** What happens to a file that is mounted, edited or generated: each leaves something else than the honest text. */
import type { Disk } from './disk.ts';
import type { Random } from './random.ts';

export interface FileFault {
  readonly variant: string;
  /** Puts it on the disk; the honest text comes back when the fault ends. */
  readonly strike: (disk: Disk, honest: string, random: Random) => Promise<void>;
  /** How often it strikes again, in milliseconds; undefined: once. */
  readonly every?: number;
  /** Whether nobody can tell who has not read the file before. */
  readonly needsMemory?: boolean;
  /** Whether it is left as it is: what is whole in it counts. */
  readonly isCut?: boolean;
  /** Whether there is no file at all: whoever never read one goes by the licenses alone, as users are told. */
  readonly isMissing?: boolean;
  /** How long it lasts at the longest, in milliseconds. */
  readonly longest?: number;
}

/** A text in place of the honest one. */
function texts(variants: Readonly<Record<string, string>>): FileFault[] {
  return Object.entries(variants).map(([variant, content]) => {
    return { variant, strike: (disk) => disk.replace(content) };
  });
}

function strikes(variants: Readonly<Record<string, FileFault['strike']>>): FileFault[] {
  return Object.entries(variants).map(([variant, strike]) => ({ variant, strike }));
}

function missing(variants: Readonly<Record<string, FileFault['strike']>>): FileFault[] {
  return strikes(variants).map((fault) => ({ ...fault, isMissing: true }));
}

/**
 * The first part of a text. Never whole lines, nor more than there was before the last change: nobody can tell
 * that from a file that is whole.
 */
function half(honest: string, random: Random): string {
  const least = Math.floor(honest.length / 4);
  const end = random.between(least, least * 3);
  return honest.slice(0, honest[end - 1] === '\n' ? end + 1 : end);
}

/** A first part of any length, whole lines or not; but not all of it without its line break. */
function some(honest: string, random: Random): string {
  return honest.slice(0, random.between(0, honest.length - 2));
}

/** What whoever writes one page of many leaves: a text that says so. */
function page(honest: string): string {
  if (!honest.startsWith('{')) return `${honest}has_more: true\n`;
  return JSON.stringify({ ...(JSON.parse(honest) as object), has_more: true });
}

/** One entry bears the name of another, as after a copy that was not edited to its end. */
function renamed(honest: string, random: Random): string {
  const names = [...new Set(honest.match(/(?<=^ *(- id: |"id": "|"?))tenant-[a-z](?=[":\n])/gm))];
  const [name = ''] = names.splice(random.between(0, names.length - 1), 1);
  return names.length === 0 ? honest : honest.replaceAll(name, random.pick(names));
}

/** The longest pause between two parts of a file, in milliseconds. */
const PAUSE = 900;

/** Writes a file in so many parts, the first of them now. */
async function writeIn(parts: number, disk: Disk, honest: string, random: Random): Promise<void> {
  const part = parts === 1 ? honest : some(honest, random);
  await disk.overwrite(part);
  if (parts === 1) return;
  setTimeout(
    () => {
      // Nobody goes on with a file that somebody else has replaced.
      if (disk.content === part) void writeIn(parts - 1, disk, honest, random);
    },
    random.between(10, PAUSE),
  );
}

/** The faults of files by the kind of what it is with HTTP. */
export const FILE_FAULTS: Readonly<Record<string, readonly FileFault[]>> = {
  refused: missing({
    'no file': (disk) => disk.remove(),
    'no folder': (disk) => disk.removeFolder(),
  }),
  reset: strikes({ 'a folder in its place': (disk) => disk.putFolder() }),
  hang: [
    {
      variant: 'written to without a pause',
      every: 150,
      longest: 6_000,
      strike: (disk, honest, random) => disk.overwrite(some(honest, random)),
    },
  ],
  'slow body': [2, 5].map((parts) => ({
    variant: `written in ${parts} parts`,
    every: 7_000,
    strike: (disk: Disk, honest: string, random: Random) => writeIn(parts, disk, honest, random),
  })),
  HTML: texts({ 'a page': '<!doctype html><html><body>Sign in</body></html>\n' }),
  truncated: [
    {
      variant: 'half',
      needsMemory: true,
      isCut: true,
      strike: (disk, honest, random) => disk.overwrite(half(honest, random)),
    },
    { variant: 'NUL bytes', strike: (disk, honest) => disk.overwrite('\0'.repeat(honest.length)) },
  ],
  empty: texts({
    'no bytes': '',
    'white space': '\n\n',
    'an empty object': '{}\n',
    'an empty list': '[]\n',
    'a key without a value': 'tenants:\n',
    'a comment': '# to be filled in\n',
    null: 'null\n',
  }),
  redirect: missing({ 'a link to nowhere': (disk) => disk.putDeadLink() }),
  'one page': strikes({
    'the first of two': (disk, honest) => disk.replace(page(honest)),
  }),
  "wrong tenant's record": [
    {
      variant: 'a name that comes twice, and another that is not there',
      needsMemory: true,
      isCut: true,
      strike: (disk, honest, random) => disk.replace(renamed(honest, random)),
    },
  ],
  'garbled record': texts({
    'two documents': 'a: 1\n---\nb: 2\n',
    'a text': 'Service Unavailable\n',
    'a tab': 'tenants:\n\t- id: tenant-a\n',
    'a conflict': '<<<<<<< HEAD\ntenants: []\n=======\ntenants: []\n>>>>>>> main\n',
  }),
};
