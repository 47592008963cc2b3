import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import { credentials, status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { on } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FILE_DESCRIPTOR_SET } from '../../generated/descriptors.ts';
import {
  ExternalScalerService,
  type ExternalScalerServer,
} from '../../generated/externalscaler.ts';
import {
  ServerReflectionClient,
  type ServerReflectionRequest,
  type ServerReflectionResponse,
} from '../../generated/grpc/reflection/v1/reflection.ts';
import { ServerReflectionClient as ServerReflectionClientV1Alpha } from '../../generated/grpc/reflection/v1alpha/reflection.ts';
import { addReflection } from '../../src/grpc/reflection.ts';
import { METRIC_SPECS } from '../../src/grpc/metric-specs.ts';
import { PATIENCE_MS } from '../helpers/patience.ts';
import { serving } from '../helpers/serve.ts';

type Question = ServerReflectionRequest['messageRequest'];
type Answer = ServerReflectionResponse['messageResponse'];
type Client = typeof ServerReflectionClient | typeof ServerReflectionClientV1Alpha;

/** Puts questions on one stream, all at once, and gives the answers in the order in which they came. */
async function ask(
  questions: readonly Question[],
  descriptorSet?: Uint8Array,
  Client: Client = ServerReflectionClient,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  await serving(
    (server) => addReflection(server, descriptorSet),
    async (address) => {
      const client = new Client(address, credentials.createInsecure());
      const call = client.serverReflectionInfo({ deadline: Date.now() + PATIENCE_MS });
      const arriving = on(call, 'data', { close: ['end'] });
      for (const messageRequest of questions) call.write({ host: 'h', messageRequest });
      call.end();
      for await (const [response] of arriving as AsyncIterable<[ServerReflectionResponse]>) {
        expect(response.validHost).to.equal('h');
        expect(response.originalRequest?.messageRequest).to.deep.equal(questions[answers.length]);
        answers.push(response.messageResponse);
      }
      client.close();
    },
  );
  return answers;
}

/** The names of the files in an answer, or its error's code. */
function filesOf(answer: Answer): string[] | number | undefined {
  if (answer?.$case === 'errorResponse') return answer.value.errorCode;
  if (answer?.$case !== 'fileDescriptorResponse') return undefined;
  return answer.value.fileDescriptorProto.map(
    (bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name,
  );
}

function symbol(value: string): Question {
  return { $case: 'fileContainingSymbol', value };
}

function extension(containingType: string, extensionNumber: number): Question {
  return { $case: 'fileContainingExtension', value: { containingType, extensionNumber } };
}

/** Three files, each importing the one before, with extensions, which the contract itself has none of. */
const EXTENDED = toBinary(
  FileDescriptorSetSchema,
  create(FileDescriptorSetSchema, {
    file: [
      {
        name: 'base.proto',
        package: 'base',
        messageType: [{ name: 'Base', extensionRange: [{ start: 100, end: 200 }] }],
      },
      {
        name: 'middle.proto',
        dependency: ['base.proto'],
        enumType: [{ name: 'Level', value: [{ name: 'LOW', number: 0 }] }],
        extension: [{ name: 'low', number: 100, extendee: '.base.Base' }],
      },
      {
        name: 'top.proto',
        package: 'top.v1',
        dependency: ['middle.proto', 'base.proto'],
        messageType: [
          {
            name: 'Outer',
            field: [{ name: 'id', number: 1, oneofIndex: 0 }],
            oneofDecl: [{ name: 'kind' }],
            nestedType: [{ name: 'Inner', enumType: [{ name: 'E', value: [{ name: 'ONE' }] }] }],
            extension: [
              {
                name: 'high',
                number: 101,
                extendee: '.base.Base',
                type: FieldDescriptorProto_Type.BOOL,
              },
            ],
          },
        ],
        service: [{ name: 'Tops', method: [{ name: 'Get' }] }],
      },
    ],
  }),
);

describe('addReflection', () => {
  for (const [name, Client] of Object.entries({
    v1: ServerReflectionClient,
    v1alpha: ServerReflectionClientV1Alpha,
  })) {
    it(`lists every service in ${name}`, async () => {
      const [answer] = await ask([{ $case: 'listServices', value: '' }], undefined, Client);
      expect(answer).to.deep.equal({
        $case: 'listServicesResponse',
        value: {
          service: [
            { name: 'externalscaler.ExternalScaler' },
            { name: 'grpc.health.v1.Health' },
            { name: 'grpc.reflection.v1.ServerReflection' },
            { name: 'grpc.reflection.v1alpha.ServerReflection' },
          ],
        },
      });
    });
  }

  it("gives the contract's own bytes, as the compiler wrote them", async () => {
    const [answer] = await ask([{ $case: 'fileByFilename', value: 'externalscaler.proto' }]);
    if (answer?.$case !== 'fileDescriptorResponse') expect.fail('no file');
    const [bytes = Buffer.alloc(0)] = answer.value.fileDescriptorProto;
    expect(answer.value.fileDescriptorProto).to.have.length(1);
    expect(Buffer.from(FILE_DESCRIPTOR_SET, 'base64').includes(bytes)).to.equal(true);
    // What Go's clients refuse elsewhere: the type of the map's entries, relative to nothing.
    expect(bytes.includes('.externalscaler.ScaledObjectRef.ScalerMetadataEntry')).to.equal(true);
  });

  it('finds the file of everything that has a name', async () => {
    const names = [
      'externalscaler.ExternalScaler',
      'externalscaler.ExternalScaler.StreamIsActive',
      'externalscaler.ScaledObjectRef',
      'externalscaler.ScaledObjectRef.scalerMetadata',
      'externalscaler.ScaledObjectRef.ScalerMetadataEntry',
      'externalscaler.ScaledObjectRef.ScalerMetadataEntry.key',
    ];
    const answers = await ask(names.map(symbol));
    expect(answers.map(filesOf)).to.deep.equal(names.map(() => ['externalscaler.proto']));
  });

  it('finds nested enums, their values, oneofs and extensions, with or without a package', async () => {
    const names = [
      ...[
        'top.v1.Outer.Inner.E',
        'top.v1.Outer.Inner.ONE',
        'top.v1.Outer.kind',
        'top.v1.Outer.high',
      ],
      ...['Level', 'LOW', 'low'],
    ];
    const answers = await ask(names.map(symbol), EXTENDED);
    const [top, middle] = [
      ['top.proto', 'middle.proto', 'base.proto'],
      ['middle.proto', 'base.proto'],
    ];
    expect(answers.map(filesOf)).to.deep.equal([top, top, top, top, middle, middle, middle]);
  });

  it('finds extensions and their numbers', async () => {
    const answers = await ask(
      [
        extension('base.Base', 100),
        extension('base.Base', 101),
        extension('base.Base', 102),
        { $case: 'allExtensionNumbersOfType', value: 'base.Base' },
        { $case: 'allExtensionNumbersOfType', value: 'top.v1.Outer' },
      ],
      EXTENDED,
    );
    expect(answers.slice(0, 3).map(filesOf)).to.deep.equal([
      ['middle.proto', 'base.proto'],
      ['top.proto', 'middle.proto', 'base.proto'],
      status.NOT_FOUND,
    ]);
    expect(answers.slice(3)).to.deep.equal(
      [
        { baseTypeName: 'base.Base', extensionNumber: [100, 101] },
        { baseTypeName: 'top.v1.Outer', extensionNumber: [] },
      ].map((value) => ({ $case: 'allExtensionNumbersResponse', value })),
    );
  });

  it('says NOT_FOUND of what is not here, and goes on answering', async () => {
    const answers = await ask([
      { $case: 'fileByFilename', value: 'nowhere.proto' },
      symbol('externalscaler.Nobody'),
      symbol(''),
      { $case: 'allExtensionNumbersOfType', value: 'externalscaler.ExternalScaler' },
      symbol('externalscaler.ExternalScaler'),
    ]);
    expect(answers.map(filesOf)).to.deep.equal([
      ...[status.NOT_FOUND, status.NOT_FOUND, status.NOT_FOUND, status.NOT_FOUND],
      ['externalscaler.proto'],
    ]);
    const [{ value } = expect.fail('no answer')] = answers;
    expect(value).to.have.property('errorMessage').that.contains('nowhere.proto');
  });

  it('says UNIMPLEMENTED to a question that it does not know', async () => {
    expect((await ask([undefined])).map(filesOf)).to.deep.equal([status.UNIMPLEMENTED]);
  });

  it('answers a thousand questions that are put at once, in order', async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `nobody.N${index}`);
    const answers = await ask(names.map(symbol));
    expect(answers.map(filesOf)).to.deep.equal(names.map(() => status.NOT_FOUND));
  });

  it('ends every stream with status OK, so that a shutdown finishes', async () => {
    await serving(addReflection, async (address, reflection, server) => {
      const client = new ServerReflectionClient(address, credentials.createInsecure());
      const call = client.serverReflectionInfo({ deadline: Date.now() + PATIENCE_MS });
      const ended = new Promise((resolve) => {
        call.on('status', ({ code }) => {
          resolve(code);
        });
      });
      const answered = new Promise((resolve) => call.once('data', resolve));
      call.write({ host: '', messageRequest: { $case: 'listServices', value: '' } });
      await answered;
      const stopped = new Promise((resolve) => {
        server.tryShutdown(resolve);
      });
      reflection.endStreams();
      expect(await ended).to.equal(status.OK);
      expect(await stopped).to.equal(undefined);
      client.close();
    });
  });

  it("lets a Go client list and call, KEDA's map field included", async () => {
    const called: unknown[] = [];
    await serving(
      (server) => {
        addReflection(server);
        const getMetricSpec: ExternalScalerServer['getMetricSpec'] = ({ request }, answer) => {
          called.push(request);
          answer(null, { metricSpecs: METRIC_SPECS });
        };
        server.addService(ExternalScalerService, { getMetricSpec });
      },
      async (address) => {
        const listed = await bufCurl('--list-methods', `http://${address}`);
        expect(listed.split('\n')).to.include('externalscaler.ExternalScaler/StreamIsActive');
        const ref = { name: 'web', namespace: 'tenant-b', scalerMetadata: { tenantId: 'b' } };
        const url = `http://${address}/externalscaler.ExternalScaler/GetMetricSpec`;
        const answer = JSON.parse(await bufCurl('--data', JSON.stringify(ref), url)) as unknown;
        expect(called).to.deep.equal([ref]);
        expect(answer).to.deep.equal({
          metricSpecs: [{ metricName: 'license-replicas', targetSize: '1', targetSizeFloat: 1 }],
        });
      },
    );
  });
});

/** buf's own gRPC client, which knows the contract from reflection alone, as grpcurl does. */
async function bufCurl(...args: string[]): Promise<string> {
  const launcher = fileURLToPath(
    new URL('../../node_modules/@bufbuild/buf/bin/buf', import.meta.url),
  );
  const plain = ['--protocol', 'grpc', '--http2-prior-knowledge'];
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...[launcher, 'curl', ...plain],
    ...args,
  ]);
  return stdout;
}
