import { evaluate } from './declared.ts';
interface QA { question: string; ground_truth: string; n: number }
declare const numbered: QA[];
declare function rag(q: string): Promise<{ answer: string; passages: string[] }>;
evaluate({ data: numbered, model: ({ question }) => rag(question), columns: { context: '/*3*/' }, extraMetrics: [] });
evaluate({ data: numbered, model: ({ question }) => rag(question), predictions: '/*4*/', extraMetrics: [] });
evaluate({ data: numbered, columns: { context: '/*5*/' }, extraMetrics: [] });
evaluate({ data: numbered, model: rag as unknown as (row: {question: string}) => Promise<{ answer: string; passages: string[] }>, columns: { context: '/*6*/' }, extraMetrics: [] });
evaluate({ data: numbered, predictions: '/*7*/', extraMetrics: [] });
evaluate({ data: numbered, model: rag as unknown as (row: {question: string}) => Promise<{ answer: string; passages: string[] }>, predictions: '/*8*/', extraMetrics: [] });
