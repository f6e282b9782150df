import { parseSync, Visitor } from 'oxc-parser';

export interface Syntax {
  /** Every module named by a literal: static and dynamic imports, re-exports, `import('x').T` in types. */
  readonly imports: readonly string[];
  readonly hasDefaultExport: boolean;
}

/**
 * What a source file imports and exports, read from its syntax tree: an import inside a comment, a string or a code
 * template is none.
 *
 * @throws Error naming the file when it does not parse.
 */
export function readSyntax(file: string, text: string): Syntax {
  const { program, module, errors } = parseSync(file, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file} does not parse: ${error.message}`);
  const imports = new Set(module.staticImports.map((statement) => statement.moduleRequest.value));
  const exported = module.staticExports.flatMap((statement) => statement.entries);
  for (const entry of exported) if (entry.moduleRequest !== null) imports.add(entry.moduleRequest.value);
  new Visitor({
    ImportExpression: ({ source }) => {
      if (source.type === 'Literal' && typeof source.value === 'string') imports.add(source.value);
    },
    TSImportType: ({ source }) => {
      imports.add(source.value);
    },
  }).visit(program);
  return { imports: [...imports], hasDefaultExport: exported.some(isDefault) };
}

/** `export default x` is of the kind Default; `export { x as default }` is a Name that happens to be "default". */
function isDefault({ exportName }: { readonly exportName: { readonly kind: string; readonly name: string | null } }): boolean {
  return exportName.kind === 'Default' || exportName.name === 'default';
}
