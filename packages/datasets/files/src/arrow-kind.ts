import { type ArrowType, ArrowTypeId } from '@touchstone/core';

/** What becomes of the values of a type, in words: types of one kind give the same kind of cells. */
export function kindOfArrow(type: ArrowType): string {
  const children = type.children ?? [];
  const [first, second] = children.map((child) => kindOfArrow(child.type));
  switch (type.typeId) {
    case ArrowTypeId.null:
      return 'null';
    case ArrowTypeId.int:
      return type.bitWidth === 64 ? '64-bit integers' : 'numbers';
    case ArrowTypeId.float:
      return 'numbers';
    case ArrowTypeId.utf8:
    case ArrowTypeId.largeUtf8:
    case ArrowTypeId.utf8View:
      return 'text';
    case ArrowTypeId.bool:
      return 'booleans';
    case ArrowTypeId.decimal:
      return `decimals of scale ${type.scale}`;
    case ArrowTypeId.date:
      return 'dates';
    case ArrowTypeId.time:
      return 'times';
    case ArrowTypeId.timestamp:
      return type.timezone === undefined || type.timezone === null ? 'timestamps without a zone' : 'timestamps';
    case ArrowTypeId.binary:
    case ArrowTypeId.fixedSizeBinary:
    case ArrowTypeId.largeBinary:
    case ArrowTypeId.binaryView:
      return 'bytes';
    case ArrowTypeId.list:
    case ArrowTypeId.fixedSizeList:
    case ArrowTypeId.largeList:
    case ArrowTypeId.listView:
    case ArrowTypeId.largeListView:
      return `lists of ${first}`;
    case ArrowTypeId.struct:
      return `{ ${children.map((child) => `${child.name}: ${kindOfArrow(child.type)}`).join(', ')} }`;
    case ArrowTypeId.map:
      return `maps of ${first}`;
    case ArrowTypeId.duration:
      return 'durations';
    case ArrowTypeId.runEndEncoded:
      return second ?? 'null';
    case ArrowTypeId.dictionary:
      return type.dictionary === undefined ? 'text' : kindOfArrow(type.dictionary);
    default:
      return `values of Arrow type ${type.typeId}`;
  }
}
