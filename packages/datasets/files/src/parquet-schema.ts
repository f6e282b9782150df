import { rowMaker } from '@touchstone/core';
import type { FileMetaData, SchemaElement } from 'hyparquet';
import { INTEGERS_64, isText, leafOf } from './parquet-leaf.ts';

/** The schema of a file as a tree, and what hyparquet is told of it. */
export interface ParquetSchema {
  readonly columns: readonly ParquetNode[];
  /** In the order of the column chunks. */
  readonly leaves: readonly ParquetNode[];
  readonly metadata: FileMetaData;
}

/** A column, or a part of one. */
export interface ParquetNode {
  readonly element: SchemaElement;
  /** Names from the column down, for messages: `answer.text`. */
  readonly path: string;
  /** The same, of one place only also where names hold dots, and in every file that has this column. */
  readonly id: string;
  /** The name under which hyparquet knows it. */
  readonly key: string;
  readonly children: readonly ParquetNode[];
}

/** A value as hyparquet gives it → a cell. */
export type ParquetReader = (value: unknown) => unknown;

/**
 * Prepares a schema so that hyparquet finds the values and leaves their meaning to us: it makes floating-point numbers of
 * decimals, cuts timestamps to milliseconds, and puts maps and structs into objects on which a name like `__proto__` is lost. So
 * all names become numbers, and of the annotations only those of texts, lists, unsigned integers and half floats are left.
 *
 * @throws Error when schema and column chunks do not fit together
 */
export function prepareSchema(given: FileMetaData): ParquetSchema {
  const leaves: ParquetNode[] = [];
  const leafKeys: (readonly string[])[] = [];
  let next = 0;
  function read(names: readonly string[], keys: readonly string[]): ParquetNode {
    const key = String(next);
    const element = given.schema[next];
    if (element === undefined) throw new Error('its schema ends too early');
    next += 1;
    const children: ParquetNode[] = [];
    for (let count = 0; count < (element.num_children ?? 0); count++) {
      const name = given.schema[next]?.name ?? '';
      children.push(read([...names, name], [...keys, String(next)]));
    }
    const node = { element, path: names.join('.'), id: names.join('\0'), key, children };
    if (children.length === 0) {
      leaves.push(node);
      leafKeys.push(keys);
    }
    return node;
  }
  const { children: columns } = read([], []);
  const row_groups = given.row_groups.map((group) => {
    if (group.columns.length !== leaves.length) throw new Error('a row group has other columns than the schema');
    const chunks = group.columns.map((chunk, index) => {
      if (chunk.meta_data === undefined) throw new Error('a column chunk says nothing of itself');
      return { ...chunk, meta_data: { ...chunk.meta_data, path_in_schema: [...(leafKeys[index] ?? [])] } };
    });
    return { ...group, columns: chunks };
  });
  const schema = given.schema.map((element, index) => ({ ...unannotated(element), name: String(index) }));
  return { columns, leaves, metadata: { ...given, schema, row_groups } };
}

function unannotated(element: SchemaElement): SchemaElement {
  const { converted_type: converted, logical_type: logical, ...physical } = element;
  if (isText(element)) return { ...physical, converted_type: 'UTF8' };
  if (isList(element)) return { ...physical, converted_type: 'LIST' };
  if (logical?.type === 'INTEGER' || logical?.type === 'FLOAT16') return { ...physical, logical_type: logical };
  if (converted === 'UINT_32' || converted === 'UINT_64') return { ...physical, converted_type: converted };
  return physical;
}

function isList({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return logical?.type === 'LIST' || converted === 'LIST';
}

function isMap({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return logical?.type === 'MAP' || converted === 'MAP' || converted === 'MAP_KEY_VALUE';
}

/** What a group of columns stands for: https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#nested-types */
type Shape =
  | { readonly is: 'leaf' | 'struct' }
  /** `within`: under this key of an object; else the list is the value itself. */
  | { readonly is: 'list'; readonly item: ParquetNode; readonly within?: string }
  | { readonly is: 'map'; readonly key: ParquetNode; readonly value: ParquetNode; readonly within: string };

function shapeOf({ element, children }: ParquetNode): Shape {
  const [only, second] = children;
  if (only === undefined) return { is: 'leaf' };
  if (second !== undefined || only.element.repetition_type !== 'REPEATED') return { is: 'struct' };
  const [inner, innerSecond] = only.children;
  if (isMap(element) && inner !== undefined && innerSecond !== undefined)
    return { is: 'map', key: inner, value: innerSecond, within: only.key };
  if (!isList(element)) return { is: 'struct' };
  // Of the older two-level lists hyparquet knows those of single values.
  if (innerSecond !== undefined) return { is: 'list', item: only, within: only.key };
  return { is: 'list', item: inner ?? only };
}

/** What becomes of the values of a column, in words: of one kind are columns that give the same kind of cells. */
export function kindOfParquet(node: ParquetNode): string {
  return node.element.repetition_type === 'REPEATED' ? `lists of ${kindOfOne(node)}` : kindOfOne(node);
}

function kindOfOne(node: ParquetNode): string {
  const shape = shapeOf(node);
  switch (shape.is) {
    case 'leaf':
      return leafOf(node.element).kind;
    case 'list':
      return `lists of ${kindOfOne(shape.item)}`;
    case 'map':
      return `maps of ${kindOfOne(shape.value)}`;
    case 'struct':
      return `{ ${node.children.map((child) => `${child.element.name}: ${kindOfParquet(child)}`).join(', ')} }`;
  }
}

/**
 * How the values of a column become cells.
 * @param integers how the 64-bit integers of a leaf are read
 */
export function readerOfParquet(node: ParquetNode, integers: (leaf: ParquetNode) => ParquetReader): ParquetReader {
  const one = readerOfOne(node, integers);
  return node.element.repetition_type === 'REPEATED' ? listReader(one) : one;
}

function readerOfOne(node: ParquetNode, integers: (leaf: ParquetNode) => ParquetReader): ParquetReader {
  const shape = shapeOf(node);
  switch (shape.is) {
    case 'leaf': {
      const { kind, read } = leafOf(node.element);
      return orNull(kind === INTEGERS_64 ? integers(node) : read);
    }
    case 'list':
      return within(shape.within, listReader(readerOfOne(shape.item, integers)));
    case 'map':
      return within(shape.within, mapReader(shape, integers));
    case 'struct':
      return structReader(node.children, integers);
  }
}

function listReader(read: ParquetReader): ParquetReader {
  return orNull((value) => (Array.isArray(value) || ArrayBuffer.isView(value) ? Array.from(Object(value), read) : value));
}

function mapReader({ key, value }: Extract<Shape, { is: 'map' }>, integers: (leaf: ParquetNode) => ParquetReader): ParquetReader {
  const [readKey, readValue] = [readerOfOne(key, integers), readerOfParquet(value, integers)];
  return orNull((entries) =>
    Object.fromEntries(
      Array.from(Object(entries), (entry) => [String(readKey(Object(entry)[key.key])), readValue(Object(entry)[value.key])]),
    ),
  );
}

function structReader(children: readonly ParquetNode[], integers: (leaf: ParquetNode) => ParquetReader): ParquetReader {
  const members = children.map((child) => ({ key: child.key, read: readerOfParquet(child, integers) }));
  const make = rowMaker(children.map((child) => child.element.name));
  return orNull((value) => make(members.map(({ key, read }) => read(Object(value)[key]))));
}

function within(key: string | undefined, read: ParquetReader): ParquetReader {
  return key === undefined ? read : orNull((value) => read(Object(value)[key]));
}

function orNull(read: ParquetReader): ParquetReader {
  return (value) => (value === null || value === undefined ? null : read(value));
}
