import { CONTRACT_MINOR, CONTRACT_VERSION, OLDEST_CONTRACT, type Plugin } from '../contracts/index.ts';
import type { Problem } from '../errors/touchstone-error.ts';

/** The contracts that a core speaks: all of them from the beginning of the oldest version up to one. */
export interface SpokenContracts {
  readonly oldest: number;
  readonly newest: number;
  /** Of the newest version. */
  readonly minor: number;
}

export const spokenHere: SpokenContracts = { oldest: OLDEST_CONTRACT, newest: CONTRACT_VERSION, minor: CONTRACT_MINOR };

/** `1` and `'1.0'` → `1.0`; `undefined` for what is no version. */
export function contractText(contract: unknown): string | undefined {
  const parts = partsOf(contract);
  return parts === undefined ? undefined : `${parts.major}.${parts.minor}`;
}

/** The newest contract, as `registry.contract` says it. */
export function newestContract({ newest, minor }: SpokenContracts): string {
  return `${newest}.${minor}`;
}

/** Why a plug-in with this contract cannot be used, and which side has to be updated; `undefined` when it can. */
export function contractProblem(
  { name, contract }: Pick<Plugin, 'name' | 'contract'>,
  spoken: SpokenContracts = spokenHere,
): Problem | undefined {
  const parts = partsOf(contract);
  if (parts === undefined) return { code: 'plugin-contract', message: `Plug-in '${name}' ${unreadable(contract)}` };
  const tooNew = parts.major > spoken.newest || (parts.major === spoken.newest && parts.minor > spoken.minor);
  if (!tooNew && parts.major >= spoken.oldest) return undefined;
  const range = `${spoken.oldest}.0 to ${newestContract(spoken)}`;
  const remedy = tooNew ? 'update @touchstone/core' : 'update the plug-in';
  return {
    code: 'plugin-contract',
    message: `Plug-in '${name}' was written for contract ${parts.major}.${parts.minor}, and this @touchstone/core speaks ${range}: ${remedy}.`,
  };
}

function partsOf(contract: unknown): { readonly major: number; readonly minor: number } | undefined {
  const text = Number.isSafeInteger(contract) ? String(contract) : contract;
  const [, major, minor = '0'] = typeof text === 'string' ? (/^(\d{1,6})(?:\.(\d{1,6}))?$/u.exec(text) ?? []) : [];
  return major === undefined ? undefined : { major: Number(major), minor: Number(minor) };
}

function unreadable(contract: unknown): string {
  const how = `write the version that it was written for, contract: '${newestContract(spokenHere)}'.`;
  if (contract === undefined) return `does not say its contract: ${how}`;
  const shown = typeof contract === 'string' ? `'${contract}'` : String(contract);
  return `says contract ${shown}, which is no version of it: ${how}`;
}
