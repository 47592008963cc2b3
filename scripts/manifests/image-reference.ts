/** An image's reference in its parts. */
export interface ImageReference {
  /** The registry's host; undefined: the default one. */
  readonly registry: string | undefined;
  /** The last part of the name: `license-scaler` of `registry.example.com/team/license-scaler:1.0`. */
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Takes an image's reference apart; what it is made of is not checked. */
export function parseImage(reference: string): ImageReference {
  const [tagged = '', digest] = reference.split('@');
  const parts = tagged.split('/');
  // A colon in front of the last slash is a registry's port.
  const [name = '', tag] = (parts.at(-1) ?? '').split(':');
  const [first = ''] = parts;
  const isHost = parts.length > 1 && (/[.:]/.test(first) || first === 'localhost');
  return { registry: isHost ? first : undefined, name, tag, digest };
}

const OURS = 'license-scaler';

/** Whether the image is this project's own. */
export function isOwnImage(image: string | undefined): boolean {
  return parseImage(image ?? '').name === OURS;
}
