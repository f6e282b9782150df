import { metricConformance, pluginConformance } from '@touchstone/testing';
import readability, {
  ariGradeLevel,
  colemanLiauIndex,
  daleChallReadabilityScore,
  fleschKincaidGradeLevel,
  fleschReadingEase,
  gunningFog,
  linsearWriteFormula,
  smogIndex,
} from './index.ts';

pluginConformance(readability, { manifest: new URL('../package.json', import.meta.url) });

const examples = [
  { row: { predictions: 'The cat sat on the mat. It was happy there. Nobody minded. It slept.' } },
  { row: { predictions: 'Notwithstanding considerable organizational complexity, the committee deliberated extensively.' } },
];

metricConformance(fleschKincaidGradeLevel, { examples });
metricConformance(ariGradeLevel, { examples });
metricConformance(fleschReadingEase, { examples });
metricConformance(gunningFog, { examples });
metricConformance(smogIndex, { examples });
metricConformance(colemanLiauIndex, { examples });
metricConformance(daleChallReadabilityScore, { examples });
metricConformance(linsearWriteFormula, { examples });
