import { describeExercise } from './exercise.ts';

describeExercise('exercise', 'keda');
