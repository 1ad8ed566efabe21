/**
 * Words that mean something to the program or to the systems of an estate: parts of identifiers that systems give, what
 * conditions are written in, protocols, and names of systems that everybody has.
 */
export const formatWords = `
  cluster clusters node nodes namespace namespaces workload workloads volume volumes host hosts vm vms datastore datastores
  storage storages network networks datacenter domain group pool snapshot backup backups restore point points policy
  policies profile profiles job jobs replication replications container containers bucket buckets record records service services
  check checks channel channels zone zones server servers resolver resolvers system systems
  deployment statefulset daemonset pod pods kasten velero cnpg io default kube openshift vsphere proxmox ssh amt vnc swift dns
  web webhook alertmanager vcenter dir rbd nfs cifs vmfs zfs zfspool lvm lvmthin ceph
  true false null and or not in mode direction planned disaster rehearsal drill bascule return
  completed verified failed skipped running waiting succeeded ok warning critical unknown stale
  name id title description text health address instance role environment phase application
  https http tcp smtp tls
  debian ubuntu gnu linux windows microsoft red hat enterprise centos rocky almalinux suse freebsd bit bits version build
  manager ve vmware server all
  ms am pm utc mon tue wed thu fri sat sun
`;

/** Words of plans and sentences in English and French, which stay where no name of the estate is made of them. */
export const commonWords = `
  east west north south primary secondary main copy new old first last next production recovery non test trial region regions
  site sites end ends alert alerts plan plans step steps data file files database databases object objects document documents
  archive mail db api app apps cache queue monitoring template templates applications esx esxi pve san nas local shared
  declare prepare save redirect open close confirm commit accept go freeze silence tell inform announce capacity fence loss
  stop stopped start started shut down up power import imports imported export exports exported move moved flip invert turn
  watch wait serve serves served serving outside inside restored tests status ready live www
  the a an of to from by with for on at as it its be are was has have can may must if that this these then than each every
  no only so now one two three what where who which how here there before after while until against is
  le la les un une des du de au aux et ou est sont en dans sur par pour avec sans que qui ce cette ces il elle si pas plus
  depuis vers avant puis tous toutes chaque sauvegarde sauvegardes restauration restaurer secours retour
`;
