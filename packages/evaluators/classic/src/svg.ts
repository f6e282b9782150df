/** Text and shapes of a picture, as SVG. */
export type Svg = string;

type Attributes = Readonly<Record<string, string | number | undefined>>;

export function element(name: string, attributes: Attributes, ...children: readonly Svg[]): Svg {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(typeof value === 'number' ? short(value) : String(value))}"`)
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

export function text(content: string, attributes: Attributes): Svg {
  return element('text', attributes, escaped(content));
}

/** What XML cannot hold (most control characters, halves of surrogate pairs) becomes U+FFFD. */
function escaped(content: string): string {
  return content
    .toWellFormed()
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A tenth of a pixel is fine enough. */
export function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

const CLASS = 'touchstone-picture';

/**
 * A picture with a background of its own, so that it is readable on any page; dark where the reader prefers that.
 *
 * @param title what it shows, also for those who cannot see it
 */
export function picture(
  size: { readonly width: number; readonly height: number },
  title: string,
  ...children: readonly Svg[]
): Svg {
  const { width, height } = size;
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: CLASS,
      viewBox: `0 0 ${short(width)} ${short(height)}`,
      width,
      height,
      role: 'img',
    },
    element('title', {}, escaped(title)),
    element('style', {}, STYLE),
    element('rect', { class: 'page', width, height }),
    text(title, { class: 'title', x: 20, y: 30 }),
    ...children,
  )}\n`;
}

interface Theme {
  readonly page: string;
  readonly ink: string;
  readonly faint: string;
  readonly rule: string;
  /** Under text in `ink`, however strong. */
  readonly tint: string;
  /** Told apart from each other and from the page. */
  readonly hues: readonly string[];
}

const LIGHT: Theme = {
  ...{ page: '#fff', ink: '#1c2129', faint: '#5b6470', rule: '#dde2e8', tint: '#6ea8f0' },
  hues: ['#1763c7', '#c43d17', '#17803d', '#8f4bc7', '#97690a', '#0b7c8c', '#b83280', '#5b6470', '#4b7a10', '#a0392f'],
};
const DARK: Theme = {
  ...{ page: '#14181e', ink: '#e8ecf1', faint: '#a4aebb', rule: '#333b46', tint: '#2b66b8' },
  hues: ['#7db7ff', '#ff9d7a', '#71d793', '#cfa3ff', '#e5bd54', '#5fd4e3', '#ff97cb', '#b4bdc9', '#a9d46b', '#ff8f85'],
};

/** From the sixth line on, lines are dashed as well; from the eleventh on, hues come again. */
export const HUES = LIGHT.hues.length;

const FONTS =
  'system-ui,-apple-system,"Segoe UI","Noto Sans","Noto Sans CJK KR","Noto Sans KR","Apple SD Gothic Neo","Malgun Gothic",sans-serif';

/** Rules hold for this picture only, also where several stand in one page. No variables: not every program that draws SVG knows them. */
const STYLE = [
  rules({
    text: `font-family:${FONTS};font-size:12px`,
    '.title': 'font-size:15px;font-weight:600',
    '.small': 'font-size:11px',
    '.middle': 'text-anchor:middle',
    '.end': 'text-anchor:end',
    '.rule': 'fill:none',
    '.guide': 'fill:none;stroke-dasharray:2 4',
    '.line': 'fill:none;stroke-width:2;stroke-linejoin:round',
  }),
  colors(LIGHT),
  `@media (prefers-color-scheme:dark){${colors(DARK)}}`,
].join('');

function colors({ page, ink, faint, rule, tint, hues }: Theme): string {
  return rules({
    '.page': `fill:${page}`,
    text: `fill:${ink}`,
    '.faint': `fill:${faint}`,
    '.rule': `stroke:${rule}`,
    '.guide': `stroke:${faint}`,
    '.tint': `fill:${tint}`,
    ...Object.fromEntries(hues.map((hue, index) => [`.hue${index}`, `stroke:${hue}`])),
    ...Object.fromEntries(hues.map((hue, index) => [`.dot${index}`, `fill:${hue}`])),
  });
}

function rules(declarations: Readonly<Record<string, string>>): string {
  return Object.entries(declarations)
    .map(([selector, declaration]) => `.${CLASS} ${selector}{${declaration}}`)
    .join('');
}
