// Plain text for a terminal of 80 cells; bold headings, and only where somebody looks at a terminal.
const bold = process.stdout.isTTY && !process.env.NO_COLOR && !process.env.CI;

export function heading(title) {
  const line = `── ${title} `.padEnd(80, '─');
  console.log(bold ? `\n\u001b[1m${line}\u001b[22m\n` : `\n${line}\n`);
}

/** One line each. */
export function say(...lines) {
  for (const line of lines) console.log(line);
}

/** Rows of texts, column under column. */
export function printTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  say(
    ...rows.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    ),
  );
}

/** Three decimals; all digits are in the result and in the store. */
export function number(value) {
  return value === undefined ? '-' : value.toFixed(3);
}

export function signed(value) {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

export function range({ low, high }, format = number) {
  return `[${format(low)}, ${format(high)}]`;
}
