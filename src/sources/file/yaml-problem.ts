import { YAMLException } from 'js-yaml';

/** The parser's words for the slips that are made most, by what to do about them. */
const SENTENCES: Readonly<Record<string, string>> = {
  'deficient indentation':
    'between { and } or [ and ] each line must be indented, also the one with the last bracket',
  'bad indentation of a mapping entry':
    'this does not go with the lines above: indent as they do, and quote a text with ": " in it',
  'bad indentation of a sequence entry':
    'this does not go with the lines above: each "- " of a list begins in the same column',
  'tab characters must not be used in indentation': 'indent with spaces, not with tabs',
  'unexpected end of the stream within a flow collection': 'the text ends before } or ]',
  'unexpected end of the stream within a single quoted scalar':
    'the text ends before the closing quote',
  'unexpected end of the stream within a double quoted scalar':
    'the text ends before the closing quote',
  'missed comma between flow collection entries': 'a comma is missing, or a space before #',
  'a whitespace character is expected after the key-value separator within a block mapping':
    'a space is missing after the colon',
  'can not read a block mapping entry; a multiline key may not be an implicit key':
    'a colon is missing in the line above',
  'end of the stream or a document separator is expected':
    'this does not go with the lines above: a colon is missing, or it is not indented as they are',
  'the stream contains non-printable characters': 'there are characters that can not be printed',
};

/** What keeps a text from being read as YAML, and where: `line 3, column 5: indent with spaces, not with tabs`. */
export function describeYamlError(error: unknown): string {
  if (!(error instanceof YAMLException)) return `it can't be read as YAML: ${String(error)}`;
  const { mark, reason } = error;
  const what = SENTENCES[reason] ?? reason;
  if (mark === undefined) return `it can't be read as YAML: ${what}`;
  return `line ${mark.line + 1}, column ${mark.column + 1}: ${what}`;
}
