/** Providers that are called otherwise as URI schemes. */
const OTHER_NAMES: Readonly<Record<string, string>> = { azure: 'azure-openai' };

/** `openai.chat` → `openai`: under this name prices know the model, limits are set, and providers read their options. */
export function schemeOf(provider: string): string {
  const [name = provider] = provider.split('.');
  return Object.hasOwn(OTHER_NAMES, name) ? (OTHER_NAMES[name] ?? name) : name;
}
