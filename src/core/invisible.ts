/**
 * Characters that print nothing, or a blank that is not the usual one. U+2800 is the empty Braille
 * pattern, and Cs half of a character.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}\u2800]|(?! )\p{Zs}/gu;

/** The first character of a text that can't be seen, as people write it, and where: `U+200B as character 9`. */
export function findInvisible(text: string): string | undefined {
  // Almost every text is like this, and this is found out much faster.
  if (/^[ -~]*$/.test(text)) return undefined;
  const at = text.search(INVISIBLE);
  if (at < 0) return undefined;
  const point = (text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `U+${point} as character ${at + 1}`;
}

/** Writes characters that can't be seen as JSON may: `\u200b`. */
export function escapeInvisible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const units = [...Array(character.length).keys()].map((at) => character.charCodeAt(at));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  });
}
