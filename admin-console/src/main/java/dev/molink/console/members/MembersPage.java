package dev.molink.console.members;

import dev.molink.console.access.Visitor.Choice;
import dev.molink.controlplane.access.Role;
import java.util.List;

/**
 * All that the list of members shows.
 *
 * @param manageable whether the visitor may invite, change and remove
 * @param organizations that the visitor may choose from here: an operator's, all
 * @param organizationId whose members these are; empty when there is no organization at all
 * @param organizationName likewise
 * @param roles that somebody can get
 */
record MembersPage(
        boolean manageable,
        List<Choice> organizations,
        String organizationId,
        String organizationName,
        List<Role> roles,
        List<MemberView> members,
        List<InviteView> invites) {

    public boolean organizationsChoosable() {
        return organizations.size() > 1;
    }
}
