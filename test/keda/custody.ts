import { Custody } from '../cluster/processes/custody.ts';

/** So that no scaler and no folder is left behind by a run that is killed. */
export const custody = new Custody();
