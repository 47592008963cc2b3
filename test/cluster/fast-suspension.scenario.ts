import { itScalesByItself } from './fast-suspension.ts';

describe('fast suspension', () => {
  itScalesByItself({ section: 'fast', reinstatement: 'push', watched: 5 * 60_000 });
});
