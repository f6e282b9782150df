import { pluginConformance } from '@touchstone/testing';
import prices from './index.ts';

pluginConformance(prices, { manifest: new URL('../package.json', import.meta.url) });
