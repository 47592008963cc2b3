import { itScalesByItself } from './fast-suspension.ts';

describe('fast suspension, and reinstatement by push and scale', () => {
  itScalesByItself({ section: 'fast-both', reinstatement: 'push+scale', watched: 10 * 60_000 });
});
