import { styleText } from 'node:util';
import type { Status } from '../core/standing.ts';

/** How words are shown: in colors, or as they are. */
export interface Palette {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly trouble: (text: string) => string;
  /** A word in the color of a standing. */
  readonly standing: (status: Status, text?: string) => string;
}

const COLORS = { licensed: 'green', unlicensed: 'red', unknown: 'yellow' } as const;

const PLAIN: Palette = {
  strong: (text) => text,
  faint: (text) => text,
  trouble: (text) => text,
  standing: (status, text = status) => text,
};

const COLORED: Palette = {
  strong: (text) => styleText('bold', text),
  faint: (text) => styleText('dim', text),
  trouble: (text) => styleText('yellow', text),
  standing: (status, text = status) => styleText(COLORS[status], text),
};

/** Colors on a terminal, unless `NO_COLOR` is set (see no-color.org). */
export function paletteFor(stream: { readonly isTTY?: boolean }): Palette {
  return stream.isTTY === true && !process.env['NO_COLOR'] ? COLORED : PLAIN;
}

/** Text from elsewhere, so that it can't steer the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}
