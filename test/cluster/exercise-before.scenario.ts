/** As long as the release before the newest one is what most clusters have. */
import { describeExercise } from './exercise.ts';

describeExercise('exercise-before', 'keda-2.20');
