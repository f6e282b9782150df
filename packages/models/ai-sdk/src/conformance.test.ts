import { pluginConformance } from '@touchstone/testing';
import aiSdk from './index.ts';

pluginConformance(aiSdk, { manifest: new URL('../package.json', import.meta.url) });
