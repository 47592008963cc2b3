/** gRPC server reflection, from which grpcurl and its like learn what can be called. */
import { status, type Server, type ServerDuplexStream } from '@grpc/grpc-js';
import { FILE_DESCRIPTOR_SET } from '../../generated/descriptors.ts';
import {
  ServerReflectionService as ReflectionV1,
  type ServerReflectionRequest,
  type ServerReflectionResponse,
} from '../../generated/grpc/reflection/v1/reflection.ts';
import { ServerReflectionService as ReflectionV1Alpha } from '../../generated/grpc/reflection/v1alpha/reflection.ts';
import { DescriptorIndex, type DescribedFile } from './descriptor-index.ts';
import { OpenStreams } from './open-streams.ts';

export interface Reflection {
  /** Ends every stream with status OK, so that a shutdown need not wait for those who keep one open. */
  endStreams(): void;
}

type Question = ServerReflectionRequest['messageRequest'];
type Answer = NonNullable<ServerReflectionResponse['messageResponse']>;
/** The messages of v1alpha are those of v1 under another name. */
type ReflectionCall = ServerDuplexStream<ServerReflectionRequest, ServerReflectionResponse>;

/**
 * Adds `grpc.reflection.v1` and `grpc.reflection.v1alpha` to a server.
 *
 * @param descriptorSet what is told: a serialized google.protobuf.FileDescriptorSet; by default all of proto/
 */
export function addReflection(
  server: Server,
  descriptorSet: Uint8Array = Buffer.from(FILE_DESCRIPTOR_SET, 'base64'),
): Reflection {
  const index = new DescriptorIndex(descriptorSet);
  const streams = new OpenStreams();
  const serverReflectionInfo = (call: ReflectionCall): void => {
    call.once('close', () => {
      streams.delete(call);
    });
    answerAll(index, call);
    streams.add(call);
  };
  server.addService(ReflectionV1, { serverReflectionInfo });
  server.addService(ReflectionV1Alpha, { serverReflectionInfo });
  return {
    endStreams: () => {
      void streams.endAll();
    },
  };
}

/** Answers in order, and reads no further while the answers are not taken. */
function answerAll(index: DescriptorIndex, call: ReflectionCall): void {
  call.on('data', (request: ServerReflectionRequest) => {
    if (call.writableEnded) return;
    const messageResponse = answer(index, request.messageRequest);
    const response = { validHost: request.host, originalRequest: request, messageResponse };
    if (call.write(response)) return;
    call.pause();
    call.once('drain', () => {
      call.resume();
    });
  });
  call.once('end', () => {
    call.end();
  });
}

function answer(index: DescriptorIndex, question: Question): Answer {
  switch (question?.$case) {
    case 'listServices': {
      const service = index.services.map((name) => ({ name }));
      return { $case: 'listServicesResponse', value: { service } };
    }
    case 'fileByFilename': {
      const name = question.value;
      return fileAnswer(index, index.file(name), `file ${name}`);
    }
    case 'fileContainingSymbol': {
      const name = question.value;
      return fileAnswer(index, index.fileOfSymbol(name), `symbol ${name}`);
    }
    case 'fileContainingExtension': {
      const { containingType, extensionNumber } = question.value;
      const file = index.fileOfExtension(containingType, extensionNumber);
      return fileAnswer(index, file, `extension ${extensionNumber} of ${containingType}`);
    }
    case 'allExtensionNumbersOfType':
      return extensionNumbersAnswer(index, question.value);
    case undefined:
      return errorAnswer(status.UNIMPLEMENTED, 'a question that this server does not know');
  }
}

function fileAnswer(
  index: DescriptorIndex,
  file: DescribedFile | undefined,
  sought: string,
): Answer {
  if (file === undefined) return notFound(sought);
  const fileDescriptorProto = index.withImports(file).map(({ bytes }) => bytes);
  return { $case: 'fileDescriptorResponse', value: { fileDescriptorProto } };
}

function extensionNumbersAnswer(index: DescriptorIndex, baseTypeName: string): Answer {
  const extensionNumber = index.extensionNumbers(baseTypeName);
  if (extensionNumber === undefined) return notFound(`message ${baseTypeName}`);
  return { $case: 'allExtensionNumbersResponse', value: { baseTypeName, extensionNumber } };
}

function notFound(sought: string): Answer {
  return errorAnswer(status.NOT_FOUND, `no ${sought} here`);
}

function errorAnswer(errorCode: status, errorMessage: string): Answer {
  return { $case: 'errorResponse', value: { errorCode, errorMessage } };
}
