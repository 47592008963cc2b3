import type { Rule } from '../scene.ts';
import { checkAlerts } from './alerts.ts';
import { checkDashboards } from './dashboards.ts';
import { checkImages } from './images.ts';
import { checkLabels } from './labels.ts';
import { checkLicenseGates } from './license-gate.ts';
import { checkLicenseTriggers } from './license-triggers.ts';
import { checkMonitors } from './monitors.ts';
import { checkPodSecurity } from './pod-security.ts';
import { checkPorts } from './ports.ts';
import { checkProgram } from './program.ts';
import { checkResources } from './resources.ts';
import { checkRights } from './rights.ts';
import { checkScaledObjects } from './scaled-object.ts';
import { checkSelectors } from './selectors.ts';
import { checkTriggerAuthentications } from './trigger-authentication.ts';

/** The register of rules. To add one: a file in this directory, and a line here. */
export const RULES: readonly Rule[] = [
  checkLabels,
  checkImages,
  checkResources,
  checkPodSecurity,
  checkSelectors,
  checkPorts,
  checkProgram,
  checkRights,
  checkScaledObjects,
  checkLicenseGates,
  checkLicenseTriggers,
  checkTriggerAuthentications,
  checkMonitors,
  checkAlerts,
  checkDashboards,
];
