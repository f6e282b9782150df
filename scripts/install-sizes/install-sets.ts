import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What somebody installs together, and a program that shows that it works with just these. */
export interface InstallSet {
  /** `metric-rouge`; also the name of its folder. */
  readonly id: string;
  /** For the table. */
  readonly title: string;
  readonly packages: readonly string[];
  /** What the program imports: packages, and parts of them. */
  readonly imports: readonly string[];
  /** The name of a file of `programs`, which is compiled in the folder of the installation. Absent: nothing can be imported of it, or nobody has written one. */
  readonly program?: string;
  /** Whether it is more than a package and what that one is used with. */
  readonly typical: boolean;
}

const PROGRAMS = join(import.meta.dirname, '__fixtures__', 'programs');

export function programText(name: string): string {
  return readFileSync(join(PROGRAMS, `${name}.ts`), 'utf8');
}

/**
 * The typical sets, then each package with what its program imports besides, which is core almost always: that is what a person installs.
 * @param packages all that are published
 */
export function installSets(packages: readonly string[]): readonly InstallSet[] {
  const known = globSync('*.ts', { cwd: PROGRAMS }).map((file) => basename(file, '.ts'));
  const singles = packages.map((name): InstallSet => {
    const id = name.replace('@touchstone/', '');
    const used = known.includes(id) ? { ...importedBy(id), program: id } : { packages: [name], imports: [] };
    return { id, title: `\`${id}\``, ...used, typical: false };
  });
  return [
    typical('Outputs that exist already, by exact match and ROUGE: `core` `metric-text` `metric-rouge`', 'static-text'),
    typical('Models of OpenAI, judged, runs kept: `core` `model-openai` `metric-genai` `store-sqlite`', 'openai-judge'),
    { ...typical('Everything', 'everything'), packages },
    ...singles,
  ];
}

function typical(title: string, program: string): InstallSet {
  return { id: program, title, ...importedBy(program), program, typical: true };
}

function importedBy(program: string): Pick<InstallSet, 'packages' | 'imports'> {
  const specifiers = Array.from(programText(program).matchAll(/from '([^.'][^']*)'/gu), ([, specifier = '']) => specifier);
  const imports = specifiers.filter((specifier) => !specifier.startsWith('node:'));
  const packages = imports.map((specifier) => /^(?:@[^/]+\/)?[^/]+/u.exec(specifier)?.[0] ?? specifier);
  return { imports, packages: [...new Set(packages)].sort() };
}
