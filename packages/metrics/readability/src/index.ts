export { default } from './plugin.ts';
export {
  ariGradeLevel,
  colemanLiauIndex,
  daleChallReadabilityScore,
  fleschKincaidGradeLevel,
  fleschReadingEase,
  gunningFog,
  linsearWriteFormula,
  type ReadabilityOptions,
  smogIndex,
} from './readability-metrics.ts';
