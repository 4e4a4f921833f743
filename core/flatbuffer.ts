/*
 * Reads single fields of a flatbuffer (little endian): a table begins with the distance back to its vtable, which has
 * the distance of each field from the table's beginning, or 0 for a field that is not there.
 */

/** Position of the root table. */
export function rootTable(view: DataView): number {
  return view.getUint32(0, true);
}

/** Position of field `index` of the table at `table`, or undefined when it has its default. */
export function fieldAt(view: DataView, table: number, index: number): number | undefined {
  const vtable = table - view.getInt32(table, true);
  const entry = 4 + 2 * index;
  const distance = entry < view.getUint16(vtable, true) ? view.getUint16(vtable + entry, true) : 0;
  return distance === 0 ? undefined : table + distance;
}

/** What the offset at `position` points to: a table, a vector or a string. */
export function follow(view: DataView, position: number): number {
  return position + view.getUint32(position, true);
}
