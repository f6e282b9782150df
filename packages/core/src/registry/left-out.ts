import type { Registrations } from './plugins.ts';

type WithLeftOut = Pick<Registrations, 'leftOut'>;

/** `which is not among the plug-ins: npm i …`, or why it is there and not used. */
export function missingPack(pack: string, registrations: WithLeftOut): string {
  const why = whyLeftOut(pack, registrations);
  return why === undefined
    ? `which is not among the plug-ins: npm i ${pack}, and add it to plugins.`
    : `which is left out. ${why}`;
}

/** ` It may come with a plug-in that is left out. …`, a list where there are several; empty when there is none. */
export function perhapsLeftOut({ leftOut }: WithLeftOut): string {
  if (leftOut.length === 0) return '';
  const may = ' It may come with a plug-in that is left out';
  return leftOut.length === 1
    ? `${may}. ${sentences(leftOut)}`
    : `${may}:\n${leftOut.map((one) => `  - ${sentences([one])}`).join('\n')}`;
}

/** `undefined`: it is not left out. */
export function whyLeftOut(pack: string, { leftOut }: WithLeftOut): string | undefined {
  const here = leftOut.filter((one) => one.package === pack);
  return here.length === 0 ? undefined : sentences(here);
}

function sentences(leftOut: Registrations['leftOut']): string {
  return leftOut.flatMap(({ problems }) => problems.map(({ message }) => message)).join(' ');
}
