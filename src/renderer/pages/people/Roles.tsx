import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useTranslation } from "react-i18next";
import type { PeopleView } from "../../../shared/sign-in.ts";

/** Each role of each operator, with the sites and environments that it is for. */
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
          </Tr>
        </Thead>
        <Tbody>
          {people.operators.flatMap(({ id, name, roles }) =>
            roles.length === 0
              ? [
                  <Tr key={id}>
                    <Td>{name}</Td>
                    <Td colSpan={3}>{t("noRole")}</Td>
                  </Tr>,
                ]
              : roles.map(({ role, sites, environments }) => (
                  <Tr key={`${id} ${role} ${sites?.join() ?? ""} ${environments?.join() ?? ""}`}>
                    <Td>{name}</Td>
                    <Td>{t(`roles.${role}`)}</Td>
                    <Td>{sites?.join(", ") ?? t("all")}</Td>
                    <Td>{environments?.join(", ") ?? t("all")}</Td>
                  </Tr>
                )),
          )}
        </Tbody>
      </Table>
    </section>
  );
}
