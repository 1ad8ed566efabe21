import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useTranslation } from "react-i18next";
import type { PeopleView } from "../../../shared/sign-in.ts";
import { RoleTime } from "./RoleTime.tsx";

/** Each role of each operator, with the sites and environments that it is for, and until when. */
export function Roles({ people }: { people: PeopleView }) {
  const { t } = useTranslation("people");
  if (!people.roles) return <p className="quiet">{t("noRoles")}</p>;
  return (
    <section className="panel" aria-labelledby="people-roles">
      <h2 id="people-roles">{t("rolesTitle")}</h2>
      <Table variant="compact" aria-labelledby="people-roles" className="plain-table">
        <Thead>
          <Tr>
            <Th>{t("columns.operator")}</Th>
            <Th>{t("role")}</Th>
            <Th>{t("sites")}</Th>
            <Th>{t("environments")}</Th>
            <Th>{t("roleTime.column")}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {people.operators.flatMap(({ id, name, roles }) =>
            roles.length === 0
              ? [
                  <Tr key={id}>
                    <Td>{name}</Td>
                    <Td colSpan={4}>{t("noRole")}</Td>
                  </Tr>,
                ]
              : roles.map(({ standing, ...grant }) => (
                  <Tr key={`${id} ${JSON.stringify(grant)}`}>
                    <Td>{name}</Td>
                    <Td>{t(`roles.${grant.role}`)}</Td>
                    <Td>{grant.sites?.join(", ") ?? t("all")}</Td>
                    <Td>{grant.environments?.join(", ") ?? t("all")}</Td>
                    <Td>
                      {grant.until || standing === "to-come" ? (
                        <RoleTime grant={grant} standing={standing} />
                      ) : (
                        t("roleTime.always")
                      )}
                    </Td>
                  </Tr>
                )),
          )}
        </Tbody>
      </Table>
    </section>
  );
}
