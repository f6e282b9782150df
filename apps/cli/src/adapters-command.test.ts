import { describe, expect, it } from 'vitest';
import { TestFolder } from './__fixtures__/test-folder.ts';

function folderWith(...packs: readonly string[]): TestFolder {
  const folder = new TestFolder();
  for (const pack of packs) folder.install(`@touchstone/model-${pack}`, `packages/models/${pack}`);
  return folder;
}

/** What other keys hold must not show, wherever it is looked for. */
const env = { OPENAI_API_KEY: 'sk-canary-1', OPENAI_API_BASE: 'http://canary.example/v1', ANTHROPIC_API_KEY: ' ' };

describe('touchstone adapters', () => {
  it('tells of each adapter how its models are written, which variables it reads, and whether they are set', async () => {
    const { exitCode, stdout, stderr } = await folderWith('openai', 'anthropic', 'http').start(['adapters'], { env }).ended;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.trim()).toBe(
      `
anthropic:/MODEL
  package             @touchstone/model-anthropic 0.0.0
  about               Anthropic's models
  kinds               language models
  options             base-url, prompt-caching, stream
  ANTHROPIC_API_KEY   needed, and not set · the key
  ANTHROPIC_BASE_URL  not set · another server

https://HOST/invocations, or any address with --model-option body=…
  package  @touchstone/model-http 0.0.0
  about    MLflow's scoring protocol (/invocations), or any JSON API
  options  base-url, body, method, headers, outputs, main, usage, events,
           format, batch, params

openai:/MODEL
  package              @touchstone/model-openai 0.0.0
  about                OpenAI's models, and servers that speak its API (vLLM,
                       Ollama, LM Studio, llama.cpp) by base URL
  kinds                language models, embedding models, classifiers
  options              base-url, api, stream, organization
  OPENAI_API_KEY       set · the key; not needed with a base URL of your own
  OPENAI_BASE_URL      set by OPENAI_API_BASE · another server
  OPENAI_ORGANIZATION  not set · the organization that pays
  OPENAI_PROJECT       not set · its project

Known, but not installed:
  npm i @touchstone/model-azure-openai  azure-openai:/…
  npm i @touchstone/model-huggingface   huggingface:/…
  npm i @touchstone/model-ai-sdk        ai-sdk:/…, aiSdk(model) from code
`.trim(),
    );
  });

  it('says what to install where there is none', async () => {
    expect((await new TestFolder().touchstone('adapters')).stdout.trim()).toBe(
      `
No adapter is installed: models can be functions of your files, ./answer.ts#answer.

Known, but not installed:
  npm i @touchstone/model-openai        openai:/…
  npm i @touchstone/model-azure-openai  azure-openai:/…
  npm i @touchstone/model-anthropic     anthropic:/…
  npm i @touchstone/model-huggingface   huggingface:/…
  npm i @touchstone/model-http          http://…, https://…
  npm i @touchstone/model-ai-sdk        ai-sdk:/…, aiSdk(model) from code
`.trim(),
    );
  });

  it('is one document of JSON, without a value of a variable', async () => {
    const { stdout } = await folderWith('azure-openai', 'http').start(['adapters', '--json'], { env }).ended;
    expect(stdout).not.toContain('canary');
    expect(JSON.parse(stdout)).toMatchObject({
      installed: [
        {
          package: '@touchstone/model-azure-openai',
          version: '0.0.0',
          schemes: ['azure-openai'],
          form: 'azure-openai:/DEPLOYMENT',
          kinds: ['language', 'embedding'],
          variables: [
            { name: 'AZURE_OPENAI_API_KEY', needed: true, credential: true, set: true, from: 'OPENAI_API_KEY' },
            { name: 'AZURE_OPENAI_ENDPOINT', needed: true, set: true, from: 'OPENAI_API_BASE' },
            { name: 'AZURE_OPENAI_API_VERSION', needed: false, set: false },
            { name: 'AZURE_OPENAI_AD_TOKEN', needed: false, credential: true, set: false },
            { name: 'OPENAI_API_TYPE', needed: false, set: false },
            { name: 'OPENAI_DEPLOYMENT_NAME', needed: false, set: false },
          ],
        },
        { package: '@touchstone/model-http', schemes: ['http', 'https'], kinds: [], variables: [] },
      ],
      known: [
        { package: '@touchstone/model-openai', schemes: ['openai'], install: 'npm i @touchstone/model-openai' },
        { package: '@touchstone/model-anthropic', schemes: ['anthropic'] },
        { package: '@touchstone/model-huggingface', schemes: ['huggingface'] },
        {
          package: '@touchstone/model-ai-sdk',
          schemes: ['ai-sdk'],
          form: 'aiSdk(model)',
          install: 'npm i @touchstone/model-ai-sdk',
        },
      ],
    });
  });

  it('shows adapters of one’s own that say nothing of themselves', async () => {
    const folder = new TestFolder();
    folder.write(
      'touchstone.config.ts',
      `import { definePlugin } from '@touchstone/core';
       export default { plugins: [definePlugin({ name: '우리', register: (r) => r.adapter('ours', () => ({})) })] };`,
    );
    expect((await folder.touchstone('adapters')).stdout).toMatch(/^ours:\/…\n {2}package {2}우리\n\nKnown/u);
  });
});

describe('touchstone doctor', () => {
  it('says which keys are set, and of none what it is', async () => {
    const folder = folderWith('openai', 'azure-openai', 'anthropic');
    const { exitCode, stdout, stderr } = await folder.start(['doctor'], { env }).ended;
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      `
credentials  ANTHROPIC_API_KEY not set
             AZURE_OPENAI_API_KEY set by OPENAI_API_KEY
             AZURE_OPENAI_AD_TOKEN not set
             OPENAI_API_KEY set
`,
    );
    const json = (await folder.start(['doctor', '--json'], { env }).ended).stdout;
    expect(JSON.parse(json)).toMatchObject({
      credentials: [
        { name: 'ANTHROPIC_API_KEY', set: false },
        { name: 'AZURE_OPENAI_API_KEY', set: true, from: 'OPENAI_API_KEY' },
        { name: 'AZURE_OPENAI_AD_TOKEN', set: false },
        { name: 'OPENAI_API_KEY', set: true },
      ],
    });
    expect(stdout + stderr + json).not.toContain('canary');
  });

  it('reports plug-ins that cannot be together', async () => {
    const folder = folderWith('openai');
    folder.write(
      'touchstone.config.ts',
      `import { definePlugin } from '@touchstone/core';
       export default { plugins: [definePlugin({ name: '우리', register: (r) => r.adapter('openai', () => ({})) })] };`,
    );
    const { exitCode, stdout } = await folder.touchstone('doctor', '--json');
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout).problems).toEqual([
      "The scheme 'openai' is registered by both '우리' and '@touchstone/model-openai': leave one of the plug-ins out, or rename the scheme in one of them.",
    ]);
  });
});
