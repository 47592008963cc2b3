import { fromBinary } from '@bufbuild/protobuf';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import {
  FileDescriptorProtoSchema,
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  type FileDescriptorProto,
} from '@bufbuild/protobuf/wkt';

/** One .proto file, as the compiler wrote it. */
export interface DescribedFile {
  readonly descriptor: FileDescriptorProto;
  /**
   * The file's own bytes. They are never encoded again: what another encoder makes of them means the
   * same but is not the same, and Go's reflection clients refuse some of it.
   */
  readonly bytes: Buffer;
}

/** Where everything that a set of .proto files declares is to be found. */
export class DescriptorIndex {
  readonly services: string[] = [];
  readonly #files = new Map<string, DescribedFile>();
  readonly #symbols = new Map<string, DescribedFile>();
  readonly #messages = new Set<string>();
  /** By the full name of the extended message, then by number. */
  readonly #extensions = new Map<string, Map<number, DescribedFile>>();

  /** @param descriptorSet a serialized google.protobuf.FileDescriptorSet that holds every file imported */
  constructor(descriptorSet: Uint8Array) {
    for (const bytes of filesOf(descriptorSet)) {
      this.#addFile({ bytes, descriptor: fromBinary(FileDescriptorProtoSchema, bytes) });
    }
  }

  file(name: string): DescribedFile | undefined {
    return this.#files.get(name);
  }

  /** @param name the full name, without a leading dot, of anything that has one */
  fileOfSymbol(name: string): DescribedFile | undefined {
    return this.#symbols.get(name);
  }

  fileOfExtension(message: string, number: number): DescribedFile | undefined {
    return this.#extensions.get(message)?.get(number);
  }

  /** @returns undefined where there is no such message */
  extensionNumbers(message: string): number[] | undefined {
    if (!this.#messages.has(message)) return undefined;
    return [...(this.#extensions.get(message)?.keys() ?? [])];
  }

  /** The file and everything that it imports, directly or not, the file itself first. */
  withImports(file: DescribedFile): DescribedFile[] {
    const found = new Set([file]);
    for (const { descriptor } of found) {
      for (const name of descriptor.dependency) {
        const imported = this.#files.get(name);
        if (imported !== undefined) found.add(imported);
      }
    }
    return [...found];
  }

  #addFile(file: DescribedFile): void {
    const { name, package: scope, ...declared } = file.descriptor;
    this.#files.set(name, file);
    for (const service of declared.service) {
      const fullName = this.#addSymbol(scope, service.name, file);
      this.services.push(fullName);
      for (const method of service.method) this.#addSymbol(fullName, method.name, file);
    }
    for (const message of declared.messageType) this.#addMessage(scope, message, file);
    for (const type of declared.enumType) this.#addEnum(scope, type, file);
    for (const extension of declared.extension) this.#addExtension(scope, extension, file);
  }

  #addMessage(scope: string, message: DescriptorProto, file: DescribedFile): void {
    const fullName = this.#addSymbol(scope, message.name, file);
    this.#messages.add(fullName);
    for (const { name } of [...message.field, ...message.oneofDecl]) {
      this.#addSymbol(fullName, name, file);
    }
    for (const nested of message.nestedType) this.#addMessage(fullName, nested, file);
    for (const type of message.enumType) this.#addEnum(fullName, type, file);
    for (const extension of message.extension) this.#addExtension(fullName, extension, file);
  }

  /** The values of an enum are named as its siblings, not as its children. */
  #addEnum(scope: string, type: EnumDescriptorProto, file: DescribedFile): void {
    for (const { name } of [type, ...type.value]) this.#addSymbol(scope, name, file);
  }

  #addExtension(scope: string, field: FieldDescriptorProto, file: DescribedFile): void {
    this.#addSymbol(scope, field.name, file);
    const message = field.extendee.replace(/^\./, '');
    const numbers = this.#extensions.get(message) ?? new Map<number, DescribedFile>();
    this.#extensions.set(message, numbers.set(field.number, file));
  }

  #addSymbol(scope: string, name: string, file: DescribedFile): string {
    const fullName = scope === '' ? name : `${scope}.${name}`;
    this.#symbols.set(fullName, file);
    return fullName;
  }
}

/** A FileDescriptorSet has one field: 1, the files. */
function* filesOf(descriptorSet: Uint8Array): Iterable<Buffer> {
  const reader = new BinaryReader(descriptorSet);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) yield Buffer.from(reader.bytes());
    else reader.skip(wireType);
  }
}
