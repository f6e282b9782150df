import type { ArrowType } from '@touchstone/core';

/** What becomes of the values of a type, in words: types of one kind give the same kind of cells. */
export function kindOfArrow(type: ArrowType): string {
  const children = type.children ?? [];
  const [first, second] = children.map((child) => kindOfArrow(child.type));
  switch (type.typeId) {
    case 1:
      return 'null';
    case 2:
      return type.bitWidth === 64 ? '64-bit integers' : 'numbers';
    case 3:
      return 'numbers';
    case 5:
    case 20:
    case 24:
      return 'text';
    case 6:
      return 'booleans';
    case 7:
      return `decimals of scale ${type.scale}`;
    case 8:
      return 'dates';
    case 9:
      return 'times';
    case 10:
      return type.timezone === undefined || type.timezone === null ? 'timestamps without a zone' : 'timestamps';
    case 4:
    case 15:
    case 19:
    case 23:
      return 'bytes';
    case 12:
    case 16:
    case 21:
    case 25:
    case 26:
      return `lists of ${first}`;
    case 13:
      return `{ ${children.map((child) => `${child.name}: ${kindOfArrow(child.type)}`).join(', ')} }`;
    case 17:
      return `maps of ${first}`;
    case 18:
      return 'durations';
    case 22:
      return second ?? 'null';
    case -1:
      return type.dictionary === undefined ? 'text' : kindOfArrow(type.dictionary);
    default:
      return `values of Arrow type ${type.typeId}`;
  }
}
