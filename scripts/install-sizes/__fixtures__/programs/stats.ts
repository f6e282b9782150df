import { isUndefined, meanInterval, pairedDifference } from '@touchstone/stats';
import { close, equal } from './equal.js';

const interval = meanInterval([5, 4, 4, null, 5, 3, 4, 5, 2, 4], { range: [1, 5] });
if (isUndefined(interval)) throw new Error(interval.undefined);
close(interval.estimate, 4);
equal(interval.n, 9);
const difference = pairedDifference([1, 1, 0, 1], [0, 1, 0, 0], { range: [0, 1] });
if (isUndefined(difference)) throw new Error(difference.undefined);
close(difference.estimate, 0.5);
