import { Session } from 'node:inspector/promises';
import { collectGarbage } from './collect-garbage.ts';

/** How many objects there are in this process, of whatever class, after all garbage was collected. */
export async function countObjects(): Promise<number> {
  await collectGarbage();
  const session = new Session();
  session.connect();
  try {
    const { result: all } = await session.post('Runtime.evaluate', {
      expression: 'Object.prototype',
    });
    const { objects } = await session.post('Runtime.queryObjects', {
      prototypeObjectId: String(all.objectId),
    });
    const { result: count } = await session.post('Runtime.callFunctionOn', {
      objectId: String(objects.objectId),
      functionDeclaration: 'function () { return this.length; }',
    });
    return Number(count.value);
  } finally {
    session.disconnect();
  }
}
