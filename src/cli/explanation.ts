/** A tenant's report as a person reads it. */
import { parseInstant, formatMillis, type Instant } from '../core/time.ts';
import type { TenantAnswer } from '../http/api-schema.ts';
import { printable, type Palette } from './palette.ts';

type SourceWord = TenantAnswer['sources'][number];
type Listener = TenantAnswer['scaledObjects'][number];
type Step = TenantAnswer['transitions'][number];

/** @param now the clock that ages are told by */
export function describeTenant(answer: TenantAnswer, palette: Palette, now: Instant): string {
  const { sources, scaledObjects, transitions } = answer;
  const lines = [
    palette.strong(palette.standing(answer.standing, printable(answer.sentence))),
    ...answer.remarks.map((remark) => palette.trouble(printable(remark))),
    '',
    ...facts(answer, palette, now),
    ...part('Sources, the highest first', sources.flatMap(sourceLines(palette)), palette),
    ...part('ScaledObjects', scaledObjects.flatMap(listenerLines(palette, now)), palette),
    ...part('Transitions, the newest first', transitions.map(stepLine(palette)), palette),
  ];
  return `${lines.join('\n')}\n`;
}

function facts(answer: TenantAnswer, { trouble }: Palette, now: Instant): string[] {
  const { certainty, why, reason, source, since, next, replicas, listeners } = answer;
  return [
    fact('certainty', certainty === 'firm' ? certainty : trouble(certainty)),
    ...(why === null ? [] : [fact('because', trouble(printable(why)))]),
    fact('decided by', source === null ? 'nobody' : `${source}, by the rule ${reason}`),
    fact('since', ago(since, now)),
    fact('next', next === null ? 'nothing by itself' : `${next.at} ${next.what}`),
    fact('replicas', replicas === null ? 'not known' : String(replicas)),
    fact('listeners', String(listeners)),
  ];
}

function fact(name: string, value: string): string {
  return `  ${name.padEnd(12)}${value}`;
}

function part(title: string, lines: readonly string[], { strong, faint }: Palette): string[] {
  return ['', strong(title), ...(lines.length === 0 ? [`  ${faint('none')}`] : lines)];
}

function sourceLines({ strong, faint, trouble: warn }: Palette) {
  return ({ source, says, readAt, ageSeconds, trouble, decides }: SourceWord): string[] => {
    const mark = decides ? strong('*') : ' ';
    const read =
      readAt === null ? 'never read' : `read ${formatMillis((ageSeconds ?? 0) * 1000)} ago`;
    const first = `  ${mark} ${source.padEnd(16)} ${printable(says)} ${faint(`(${read})`)}`;
    return trouble === null ? [first] : [first, `    ${''.padEnd(16)} ${warn(printable(trouble))}`];
  };
}

function listenerLines({ faint, trouble }: Palette, now: Instant) {
  return (listener: Listener): string[] => {
    const { namespace, name, openSince, lastSaid, lastSaidAt, lastPollAt, polls } = listener;
    const { lastAnswer, lastAct, lastActAt, peer, userAgent, kedaVersion, says } = listener;
    const stream =
      openSince === null ? trouble('no stream') : `stream since ${ago(openSince, now)}`;
    const said =
      lastSaid === null ? 'nothing sent' : `last sent ${lastSaid}, ${ago(lastSaidAt, now)}`;
    const poll =
      lastPollAt === null
        ? 'never polled'
        : `last poll ${ago(lastPollAt, now)}, answered ${lastAnswer ?? '?'} (${polls} in all)`;
    const keda = kedaVersion === null ? '' : `, KEDA ${kedaVersion}`;
    return [
      `  ${printable(`${namespace}/${name}${describeTrigger(listener)}`)}: ${stream}; ${said}`,
      `    ${printable(`is answered ${says}`)}`,
      `    ${printable(poll)}`,
      ...(lastAct === null ? [] : [`    ${printable(lastAct)}, ${ago(lastActAt, now)}`]),
      `    ${faint(printable(`from ${peer}, ${userAgent ?? 'no user agent'}${keda}`))}`,
    ];
  };
}

function describeTrigger({ trigger: { service, replicas } }: Listener): string {
  const asks = [
    ...(service === null ? [] : [`service ${service}`]),
    ...(replicas === null ? [] : [`replicas ${replicas}`]),
  ];
  return asks.length === 0 ? '' : ` (${asks.join(', ')})`;
}

function stepLine({ standing, faint }: Palette) {
  return ({ at, from, to, sentence }: Step): string =>
    `  ${faint(at ?? '')} ${standing(from)} -> ${standing(to)}  ${printable(sentence)}`;
}

function ago(moment: string | null, now: Instant): string {
  const instant = moment === null ? undefined : parseInstant(moment);
  if (moment === null || instant === undefined) return 'not known';
  return `${moment} (${formatMillis(now - instant)} ago)`;
}
