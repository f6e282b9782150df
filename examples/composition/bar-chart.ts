export interface Bar {
  readonly label: string;
  readonly value: number;
  /** What all of it would be. */
  readonly of: number;
}

const WIDTH = 560;
const LEFT = 90;
const TRACK = 360;
const STEP = 44;

/**
 * Shares as bars: an SVG with a background of its own, dark where the reader prefers that.
 *
 * @param mean from 0 to 1: a line across all bars
 */
export function barChart(title: string, bars: readonly Bar[], mean?: number): string {
  const height = 84 + bars.length * STEP;
  const line =
    mean === undefined
      ? ''
      : `<path class="mean" d="M${LEFT + mean * TRACK} 50V${60 + bars.length * STEP}"/>
<text class="small" x="${LEFT + mean * TRACK}" y="${76 + bars.length * STEP}" text-anchor="middle">all: ${percent(mean)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<rect class="page" width="${WIDTH}" height="${height}"/>
<text class="title" x="20" y="32">${escaped(title)}</text>
${bars.map(bar).join('\n')}
${line}
</svg>
`;
}

function bar({ label, value, of }: Bar, index: number): string {
  const y = 54 + index * STEP;
  const share = of === 0 ? 0 : value / of;
  return `<text x="${LEFT - 12}" y="${y + 19}" text-anchor="end">${escaped(label)}</text>
<rect class="track" x="${LEFT}" y="${y}" width="${TRACK}" height="28" rx="3"/>
<rect class="bar" x="${LEFT}" y="${y}" width="${share * TRACK}" height="28" rx="3"/>
<text x="${LEFT + TRACK + 12}" y="${y + 19}">${value} of ${of}</text>`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

const STYLE = `text{font:14px system-ui,"Noto Sans CJK KR","Apple SD Gothic Neo",sans-serif;fill:#1c2129}
.title{font-size:16px;font-weight:600}.small{font-size:12px}
.page{fill:#fff}.track{fill:#e6eaef}.bar{fill:#1763c7}.mean{stroke:#1c2129;stroke-dasharray:4 3;fill:none}
@media(prefers-color-scheme:dark){text{fill:#e8ecf1}.page{fill:#14181e}.track{fill:#2b323b}.bar{fill:#5b9cf0}.mean{stroke:#e8ecf1}}`;
