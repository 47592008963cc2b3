import { relative } from 'node:path';
import type { DemoAddresses, DemoFolder } from './demo-folder.ts';
import { VERSION } from './version.ts';

/** What the demo tells a newcomer: what runs where, and three things to try, each as it is to be typed. */
export function describeDemo(
  addresses: DemoAddresses,
  folder: DemoFolder,
  licenseServicePid: number,
): string {
  const self = `node ${relative(process.cwd(), process.argv[1] ?? '')}`;
  const { grpc, http, licenseService } = addresses;
  const watch = `${self} stream tenant-b/scaled-service${grpc === '127.0.0.1:6000' ? '' : ` --address ${grpc}`}`;
  const grpcurl = `grpcurl -plaintext -d '{"name":"scaled-service","namespace":"tenant-b"}' ${grpc} externalscaler.ExternalScaler/StreamIsActive`;
  const reinstate = `echo 'overrides: { tenant-b: { licensed: true, reason: "paid by phone" } }' > ${folder.overrides}`;
  const restart = `${self} license-service --file ${folder.tenants} --listen ${licenseService}`;
  return `license-scaler ${VERSION}, demo

  gRPC, for KEDA     ${grpc}
  status page        http://${http}/
  HTTP, for you      http://${http}/readyz   http://${http}/metrics
  license service    http://${licenseService}/licenses   (process ${licenseServicePid})
  its data           ${folder.tenants}
  overrides          ${folder.overrides}
  configuration      ${folder.config}

tenant-a and tenant-c are licensed, tenant-b's license is over. Three things to try, in a second terminal:

1. Watch tenant-b as KEDA does; it is told false.

     ${watch}

   The same with grpcurl:

     ${grpcurl}

2. Reinstate it by editing a file; the stream says true at once, and twice more.

     ${reinstate}

3. Stop the license service: nothing changes for anybody, whatever was said last. Then start it again.

     kill ${licenseServicePid}
     ${restart}

Ctrl-C ends the demo. From here on, the scaler's log:

`;
}
