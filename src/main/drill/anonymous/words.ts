/**
 * Words of the trade and of plans, which tell nothing of whose estate it is: parts of identifiers that systems give, names
 * of common software, what steps do, and what holds sentences together in English and French.
 */
export const actionWords = `
  cluster clusters node nodes namespace namespaces workload workloads volume volumes host hosts vm vms datastore datastores
  storage storages network networks datacenter domain group pool snapshot backup backups restore restored point points policy
  policies profile profiles job jobs replication replications container containers bucket buckets record records service services
  check checks channel channels zone zones server servers resolver resolvers end ends alert alerts site sites system systems
  deployment statefulset daemonset pod pods kasten velero cnpg io default kube openshift vsphere proxmox ssh amt vnc swift dns web
  webhook alertmanager vcenter esx esxi pve san nas nfs vmfs zfs zfspool dir rbd cifs lvm lvmthin ceph local shared
  true false null and or not is in mode direction planned disaster rehearsal drill bascule return recovery production non
  completed verified failed skipped running waiting succeeded ok warning critical unknown stale
  east west north south primary secondary main copy new old first last next
  declare prepare save redirect open close confirm commit accept go freeze silence tell inform announce capacity fence loss stop
  start stopped started shut down up power import imported imports export exported exports move moved flip invert turn watch wait
  serve serves served serving outside inside trial test tests data application applications region regions plan plans step steps
  files file database databases objects documents archive mail db api app cache queue monitoring template
  name id title description text health address instance role environment
  https http tcp smtp tls www health status ready live
  debian ubuntu gnu linux windows microsoft red hat enterprise centos rocky almalinux suse freebsd bit bits
  version build manager ve vmware server
  ms s m h d am pm utc
  the a an of to from by with for on at as it its be are was has have can may must if that this these then than all each every
  no only so now one two three what where who which how here there before after while until against
  le la les un une des du de au aux et ou est sont en dans sur par pour avec sans que qui ce cette ces il elle si pas plus
  depuis vers avant puis tous toutes chaque
  application applications sauvegarde sauvegardes restauration restaurer production secours site sites plan vers retour
`;
