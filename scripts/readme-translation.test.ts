import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

// README.ko.md says what README.md says. Prose cannot be compared, but code, tables, links and names can, so that none of the two changes alone.
const root = join(import.meta.dirname, '..');
const english = readFileSync(join(root, 'README.md'), 'utf8');
const korean = readFileSync(join(root, 'README.ko.md'), 'utf8');

/** What to do when a test fails: added to each message. */
const REMEDY = 'Make the same change in README.md and in README.ko.md';

const FENCE = /^```.*?^```$/gmsu;

interface Section {
  readonly level: number;
  readonly links: readonly string[];
  /** What is set as code in the prose, each once. */
  readonly names: readonly string[];
}

function sectionsOf(page: string): readonly Section[] {
  return page
    .replace(FENCE, '')
    .split(/^(?=#+ )/mu)
    .filter((text) => text !== '')
    .map((text) => ({
      level: text.match(/^#+/u)?.[0].length ?? 0,
      links: [...text.matchAll(/\]\(([^)]+)\)/gu)]
        .map(([, target = '']) => target)
        .filter((target) => !/^README\.(?:ko\.)?md$/u.test(target)),
      names: [...new Set([...text.matchAll(/`([^`\n]+)`/gu)].map(([, name = '']) => name))].sort(),
    }));
}

/** Of the table of packages: the link of each row, and what is set as code or is a number in it. */
function packagesOf(page: string): readonly { readonly link: string; readonly facts: readonly string[] }[] {
  return [...page.matchAll(/^\| (\[`[^|]+) \|(.*)\|$/gmu)].map(([, link = '', does = '']) => ({
    link,
    facts: [...does.matchAll(/`[^`]+`|\b\d[\d,.e-]*\d\b/gu)].map(([fact]) => fact).sort(),
  }));
}

describe('README.md and README.ko.md', () => {
  test('have the same blocks of code, in the same order', () => {
    const blocks = english.match(FENCE) ?? [];
    expect(blocks.length).toBeGreaterThan(8);
    expect(korean.match(FENCE), `${REMEDY}: blocks of code are equal to the last byte, comments in them stay English.`).toEqual(
      blocks,
    );
  });

  test('name the same packages in the same order, with the same metrics, schemes and numbers', () => {
    const packages = packagesOf(english);
    expect(packages.length).toBeGreaterThan(20);
    expect(packagesOf(korean), `${REMEDY}: a row of the package table for each package, with what it does in Korean.`).toEqual(
      packages,
    );
  });

  test('have the same table of sizes', () => {
    const table = /^<!-- install-sizes: .*?^<!-- end of install-sizes -->$/msu;
    expect(english).toMatch(table);
    const remedy = `${REMEDY}: run "npx -y pnpm@12 install-sizes", which writes both tables, or copy the table.`;
    expect(korean.match(table)?.[0], remedy).toBe(english.match(table)?.[0]);
  });

  test('have the same sections, with the same links and the same names in them', () => {
    const comparable = ({ level, links, names }: Section) => ({ level, links: links.toSorted(), names });
    const remedy = `${REMEDY}: headings in the same order and of the same level, and in each section the same links and names in backticks.`;
    expect(sectionsOf(korean).map(comparable), remedy).toEqual(sectionsOf(english).map(comparable));
  });

  test('link each other at the top', () => {
    expect(english.split('\n').slice(0, 4).join('\n')).toContain('[한국어](README.ko.md)');
    expect(korean.split('\n').slice(0, 4).join('\n')).toContain('[English](README.md)');
  });
});
