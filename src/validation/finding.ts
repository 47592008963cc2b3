/** The way from an object to something in it. */
export type Path = readonly (string | number)[];

/** One thing that is to be said of an object that is known to whoever asked. */
export interface Finding {
  readonly path: Path;
  /** What was found, what is allowed and what to do; goes on after the path. */
  readonly message: string;
  /** Left out: an error, with which it does not do what it is for. */
  readonly severity?: 'warning';
}

/** Puts a path before those of findings. */
export function under(base: Path, findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => ({ ...finding, path: [...base, ...finding.path] }));
}

/** `spec.containers[0].image`, `metadata.labels["app.kubernetes.io/name"]` */
export function formatPath(path: Path): string {
  const text = path.map((part) => {
    if (typeof part === 'number') return `[${part}]`;
    return /^[\w-]+$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
  });
  return text.join('').replace(/^\./, '');
}
