import type { ISELinuxOptions } from 'kubernetes-models/v1/SELinuxOptions';
import { quote } from '../../../src/core/parsed.ts';
import type { Finding, Path } from '../problem.ts';

const TYPES = ['container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'];

/** A pod or container may choose among the types for containers, and neither user nor role. */
export function checkSeLinux(options: ISELinuxOptions | undefined, path: Path): Finding[] {
  const { type = '', user = '', role = '' } = options ?? {};
  const findings: Finding[] = [];
  if (type !== '' && !TYPES.includes(type)) {
    const message = `is ${quote(type)}, allowed are ${TYPES.join(', ')}`;
    findings.push({ path: [...path, 'type'], message });
  }
  for (const [name, value] of Object.entries({ user, role })) {
    if (value === '') continue;
    findings.push({ path: [...path, name], message: `is ${quote(value)}: take it out` });
  }
  return findings;
}
