/** What every metric of this program begins with. */
export const PREFIX = 'license_scaler_';
