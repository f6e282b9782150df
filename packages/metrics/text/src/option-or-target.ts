import type { CommonMetricOptions, DefinedMetric, MappedInput, MetricFactory } from '@touchstone/core';

/**
 * A metric whose yardstick is an option, the same for all rows, or else the target of each row: `contains({ needles: 'Seoul' })`
 * needs predictions only, `contains()` targets as well.
 */
export interface OptionOrTarget<
  Name extends string,
  Option extends keyof Options,
  Options extends object,
  WithOption extends object,
  WithTarget extends object,
> {
  <const As extends string = Name, const Map extends MappingOf<WithOption> = Readonly<Record<never, never>>>(
    options: Partial<Options> & { readonly [O in Option]-?: NonNullable<Options[O]> } & Common<As, Map>,
  ): DefinedMetric<As, MappedInput<WithOption, Map>, WithOption>;
  <const As extends string = Name, const Map extends MappingOf<WithTarget> = Readonly<Record<never, never>>>(
    options?: Partial<Omit<Options, Option>> & { readonly [O in Option]?: undefined } & Common<As, Map>,
  ): DefinedMetric<As, MappedInput<WithTarget, Map>, WithTarget>;
  readonly metricName: Name;
  /** Types only: what it makes without options. */
  readonly '~makes'?: DefinedMetric<Name, WithTarget>;
}

type MappingOf<In> = { readonly [K in keyof In & string]?: string };
type Common<As extends string, Map> = Omit<CommonMetricOptions<As>, 'columns'> & { readonly columns?: Map };

/**
 * Two definitions of one name that differ in what they need, as one factory.
 *
 * @param option the one that chooses; it is undefined among the defaults
 */
export function optionOrTarget<
  Name extends string,
  Options extends object,
  Option extends keyof Options,
  WithOption extends object,
  WithTarget extends object,
>(
  option: Option,
  withOption: MetricFactory<Name, WithOption, Options>,
  withTarget: MetricFactory<Name, WithTarget, Options>,
): OptionOrTarget<Name, Option, Options, WithOption, WithTarget> {
  const make = (given: Partial<Options> = {}) => (given[option] === undefined ? withTarget(given) : withOption(given));
  // Overloads cannot be written on one function; `make` behaves as they say.
  return Object.assign(make, { metricName: withOption.metricName }) as unknown as OptionOrTarget<
    Name,
    Option,
    Options,
    WithOption,
    WithTarget
  >;
}
