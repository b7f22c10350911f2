// SPDX-License-Identifier: Apache-2.0
export { Age, Moment, Stamp } from './Age';
export { Curve, type CurveLine, type CurvePoint, type CurveProps, type CurveSeries } from './Curve';
export { Confirm, Dialog } from './Dialog';
export { Light, type LightOf } from './Light';
export { Empty, ErrorNote, Loading } from './Note';
export { Panel } from './Panel';
export { Quality, type QualityName } from './Quality';
export { Search } from './Search';
export { Severity, type SeverityName } from './Severity';
export { Table, type Column, type Order } from './Table';
export { Unit, type UnitOf } from './Unit';
export { VirtualList, type VirtualListProps } from './VirtualList';
