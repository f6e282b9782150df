export { type AnswerMode, answerInstruction } from './answer-format.ts';
export {
  type Answers,
  type AskJudge,
  askJudge,
  type Judgement,
  type Provenance,
  type Question,
  requestOf,
  scoreOf,
} from './ask-judge.ts';
export { contextBlock } from './context-block.ts';
export { cutText } from './cut-text.ts';
export { type Quoting, quoting } from './data-block.ts';
export {
  asLanguageModel,
  checkJudgeOptions,
  type JudgeOptions,
  judgeDefaults,
  judgeRef,
  mlflowDefaults,
  refuseUnknownOptions,
} from './judge-options.ts';
export { overTransport } from './judge-transport.ts';
export { cellText, material } from './material.ts';
export { PARSER_VERSION } from './parse-answer.ts';
export { plainOptions } from './plain-options.ts';
export { verdictOfJson } from './read-verdict.ts';
export { type RowTexts, rowTexts } from './row-texts.ts';
export { anyNumber, describeScale, rangeOf, readScale, type Scale, type ScaleOptions, scaleText, verdictText } from './scale.ts';
export { SUSPECTED, suspicionsOf } from './suspicious-text.ts';
